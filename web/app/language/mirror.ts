// Both languages say the same things: English must have every key of the Chinese words and no other, or it does not
// compile. Chinese has one plural form, so where Chinese has `x_other`, English has `x_one` as well.

export type Mirror<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Mirror<T[K]>;
} & {
  readonly [K in keyof T as K extends `${infer Base}_other` ? `${Base}_one` : never]: string;
};
