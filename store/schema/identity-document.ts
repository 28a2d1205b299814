// Papers by which somebody is known.

export const IDENTITY_DOCUMENTS = ['resident-id', 'passport', 'other'] as const;
export type IdentityDocument = (typeof IDENTITY_DOCUMENTS)[number];
