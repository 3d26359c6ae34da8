// SPDX-License-Identifier: BSD-2-Clause
// How a command says what it accepts. Options are data, in help order; the reader turns them into a parser, and the
// pages, the manifest and the surface test read the same data. The type of every value flows from here into `call`.

declare const carried: unique symbol

/** Text of one argument → its value. Throws TypeError; the message becomes `argument OPT: MESSAGE`. */
export type TextType<T = unknown> = (text: string) => T

export type Nargs = '?' | '*' | '+'

interface Described {
  readonly help?: string
  /** What usage calls the value; by default the key in capitals, or the choices. */
  readonly metavar?: string
  /** Accepted but absent from usage and help. */
  readonly hidden?: boolean
}

interface Valued extends Described {
  readonly type?: 'int' | 'float' | TextType
  readonly choices?: readonly string[]
}

export interface PositionalSettings extends Valued {
  readonly nargs?: Nargs
  readonly default?: unknown
}

export interface OptionSettings extends Valued {
  readonly nargs?: Nargs
  readonly default?: unknown
  readonly required?: boolean
  /** Values that begin with a dash and are taken as values all the same, such as `-1:-1`. */
  readonly dashValues?: RegExp
}

export interface AppendSettings extends Valued {
  readonly required?: boolean
}

/** One argument, as the reader sees it; `T` is what the command receives. */
export interface Argument<out T = unknown> extends OptionSettings {
  readonly kind: 'positional' | 'option' | 'append' | 'flag' | 'constant'
  /** Spellings in order of preference; empty for a positional. */
  readonly flags: readonly string[]
  /** What a constant stores. */
  readonly value?: string
  readonly [carried]?: T
}

/** Arguments that exclude each other. The key of a group in `options` is its name only: members are arguments. */
export interface Exclusive<out M extends Options = Options> {
  readonly kind: 'exclusive'
  readonly required: boolean
  /** Required, but the command demands it itself, for on a terminal it asks instead. */
  readonly asked?: boolean
  readonly members: M
}

/** Constants that exclude each other and store under the one key of the group. */
export interface OneOf<out T = unknown> {
  readonly kind: 'one-of'
  readonly required: boolean
  /** False: they may be given together, and the last one counts. */
  readonly excludes: boolean
  readonly members: { readonly [value: string]: Argument }
  readonly [carried]?: T
}

export interface Options {
  readonly [key: string]: Argument | Exclusive | OneOf
}

type Text<S> = S extends { type: 'int' | 'float' }
  ? number
  : S extends { type: TextType<infer T> }
    ? T
    : S extends { choices: readonly (infer C)[] }
      ? C
      : string

/** Given for certain: required, or with a default that is not undefined. */
type Certain<S> = S extends { required: true }
  ? true
  : S extends { default: infer D }
    ? [D] extends [undefined]
      ? false
      : true
    : false

type Single<S> = Certain<S> extends true ? Text<S> : Text<S> | undefined

type PositionalValue<S> = S extends { nargs: '*' | '+' }
  ? readonly Text<S>[]
  : S extends { nargs: '?' }
    ? Single<S>
    : Text<S>

type OptionValue<S> = S extends { nargs: '*' | '+' } ? readonly Text<S>[] | undefined : Single<S>

type Intersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never
type Flat<T> = { readonly [K in keyof T]: T[K] }
type Own<O extends Options> = {
  [K in keyof O as O[K] extends Exclusive ? never : K]: O[K] extends Argument<infer T> | OneOf<infer T>
    ? T
    : never
}
type Grouped<O extends Options> = Intersection<
  { [K in keyof O]: O[K] extends Exclusive<infer M> ? Args<M> : never }[keyof O]
>

/** What `call` and `rows` receive for these options. */
export type Args<O extends Options> = Flat<Own<O> & ([Grouped<O>] extends [never] ? unknown : Grouped<O>)>

const split = (flags: string): string[] => flags.split(' ')

/** An argument by place: `positional('VOLUME', { help })`. Required unless `nargs` says otherwise. */
export const positional = <const S extends PositionalSettings>(
  metavar: string,
  settings: S,
): Argument<PositionalValue<S>> => ({ ...settings, kind: 'positional', flags: [], metavar })

/** An option with one value; the last one given wins. Spellings are separated by blanks: `option('-n --name', …)`. */
export const option = <const S extends OptionSettings>(
  flags: string,
  settings: S,
): Argument<OptionValue<S>> => ({
  ...settings,
  kind: 'option',
  flags: split(flags),
})

/** An option that may be repeated. Its value is a list, empty when the option is absent. */
export const append = <const S extends AppendSettings>(
  flags: string,
  settings: S,
): Argument<readonly Text<S>[]> => ({ ...settings, kind: 'append', flags: split(flags) })

/** An option without value: true when given. */
export const flag = (
  flags: string,
  settings: Described & { readonly required?: boolean },
): Argument<boolean> => ({
  ...settings,
  kind: 'flag',
  flags: split(flags),
})

/** An option without value that stores a text. */
export const constant = <const V extends string, const S extends Described & { readonly required?: boolean }>(
  flags: string,
  value: V,
  settings: S,
): Argument<S extends { required: true } ? V : V | undefined> => ({
  ...settings,
  kind: 'constant',
  flags: split(flags),
  value,
})

/** At most one of these; with `required`, exactly one. */
export const exclusive = <const M extends Options>(
  settings: Pick<Exclusive, 'required' | 'asked'>,
  members: M,
): Exclusive<M> => ({ ...settings, kind: 'exclusive', members })

type Choices<K extends string> = {
  readonly [Value in K]: { readonly flags: string; readonly help?: string }
}

const constantsOf = (members: Choices<string>): OneOf['members'] =>
  Object.fromEntries(
    Object.entries(members).map(([value, { flags, ...rest }]) => [
      value,
      { ...rest, kind: 'constant', flags: split(flags), value } satisfies Argument,
    ]),
  )

/** As `exclusive`, of options without value; the argument is the key of the one that was given. */
export const oneOf = <const K extends string, const R extends boolean>(
  settings: { readonly required: R },
  members: Choices<K>,
): OneOf<R extends true ? K : K | undefined> => ({
  kind: 'one-of',
  required: settings.required,
  excludes: true,
  members: constantsOf(members),
})

/** As `oneOf`, but they may be given together: the argument is the key of the last one. */
export const lastOf = <const K extends string>(members: Choices<K>): OneOf<K | undefined> => ({
  kind: 'one-of',
  required: false,
  excludes: false,
  members: constantsOf(members),
})
