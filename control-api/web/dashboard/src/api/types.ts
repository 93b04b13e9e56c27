import type { components } from '../../../../openapi.d.ts';

/** The names that the dashboard uses for what the API returns; generated, so that a drift is a type error. */
type Schemas = components['schemas'];

export type AssetSummary = Schemas['AssetSummary'];
export type Asset = Schemas['Asset'];
export type AssetState = Asset['state'];
export type Version = Schemas['Version'];
export type VersionState = Version['state'];
export type Rendition = Schemas['Rendition'];
export type Work = Schemas['Work'];
export type Still = Schemas['Still'];

export type SourceMedia = Schemas['SourceMedia'];
export type OperationsStatus = Schemas['OperationsStatus'];
export type UploadQuota = Schemas['UploadQuota'];
export type UserAccount = Schemas['Account'];
export type UserDetails = Schemas['AccountDetails'];
export type AccountEvent = Schemas['AccountEvent'];
export type Role = UserAccount['role'];
export type StaffRole = Schemas['Invitation']['role'];
export type AccountStatus = UserAccount['status'];
export type Invitation = Schemas['Invitation'];
export type InvitationFacts = Schemas['InvitationFacts'];
export type AuditRecord = Schemas['AuditRecord'];
export type AuditChain = Schemas['AuditChain'];
export type KeptMail = Schemas['KeptMail'];
export type CatalogueTitle = Schemas['Title'];
export type TitleSummary = Schemas['TitleSummary'];
export type TitleKind = CatalogueTitle['kind'];
export type TitleState = CatalogueTitle['state'];
export type TitleStep = CatalogueTitle['steps'][number];
export type TitleText = Schemas['TitleText'];
export type TitleRelease = Schemas['Release'];
export type TitleTerm = Schemas['TitleTerm'];
export type Term = Schemas['Term'];
export type TermKind = Term['kind'];
export type CreditRole = NonNullable<TitleTerm['role']>;
export type ReleaseMoment = Schemas['ReleaseMoment'];
