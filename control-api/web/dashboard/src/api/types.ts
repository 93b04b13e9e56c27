import type { components } from '../../../../openapi.d.ts';

/** The names the app uses for what the API answers; generated, so that a drift is a type error. */
type Schemas = components['schemas'];

export type Account = Schemas['Account'];
export type SignedIn = Schemas['SignedIn'];
export type AssetSummary = Schemas['AssetSummary'];
export type Asset = Schemas['Asset'];
export type AssetState = Asset['state'];
export type Version = Schemas['Version'];
export type VersionState = Version['state'];
export type Rendition = Schemas['Rendition'];
export type Work = Schemas['Work'];
export type Stage = Work['stage'];
export type SourceMedia = Schemas['SourceMedia'];
export type StartedSession = Schemas['StartedSession'];
