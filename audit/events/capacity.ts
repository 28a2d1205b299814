/** In which role somebody acted, and for which company; null is the centre. Logs of before do not say it. */
export type Capacity = { readonly role?: string; readonly vendor?: string | null };
