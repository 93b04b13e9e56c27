import { connect } from '../../../kit/api/connect.ts';
import { addresses } from '../addresses.ts';

export const connection = connect('dashboard', addresses.server);
export const { session, tokens, fetchAsSignedIn, api, queryClient } = connection;
