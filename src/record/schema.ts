// What the schemas of a record are made of. Numbers may be NaN or infinite where they were measured: a run that went
// wrong is what a diagnosis is for.

import { z } from 'zod';

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A schema of this type and of no narrower one. */
type Exactly<T, S> = [DeepReadonly<T>] extends [DeepReadonly<z.output<S>>] ? z.ZodType<T> : never;

/** The schema of each field of a type: a missing, an unknown, a wrong or a narrower one does not compile. */
type Fields<T, S> = { readonly [K in keyof T]: K extends keyof S ? Exactly<T[K], S[K]> : never } & {
  readonly [K in Exclude<keyof S, keyof T>]: never;
};

/** The schema of an object with these fields and no others: `fields<Point>()({ x: measured, y: measured })`. */
export function fields<T extends object>(): <const S extends { readonly [K in keyof T]: z.ZodType }>(
  shape: S & Fields<T, S>,
) => z.ZodType<T> {
  return (shape) => z.strictObject(shape as z.ZodRawShape) as unknown as z.ZodType<T>;
}

const nameOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/** Any number, NaN and the infinities too. */
export const anyNumber: z.ZodType<number> = z.custom<number>((value) => typeof value === 'number', {
  error: ({ input }) => `Invalid input: expected number, received ${nameOf(input)}`,
});

/** A measured number. JSON has no NaN and writes null, which becomes NaN again. */
export const measured: z.ZodType<number> = z.preprocess(
  (value) => (value === null ? Number.NaN : value),
  anyNumber,
) as unknown as z.ZodType<number>;

/** A number that may be unknown. */
export const maybe: z.ZodType<number | null> = anyNumber.nullable();

/** How many. */
export const whole: z.ZodType<number> = z.number().int().min(0);

/** A part that older records lack: it is unknown there. */
export function added<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return schema.nullable().default(null as never) as unknown as z.ZodType<T | null>;
}
