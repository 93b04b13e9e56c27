import { connect } from '../../../kit/api/connect.ts';
import { addresses } from '../addresses.ts';

export const connection = connect('viewer', addresses.server);
export const { session, api } = connection;
