// SPDX-License-Identifier: BSD-2-Clause
// A command is a declaration: what it accepts, what it asks of a service, what it prints. `suites.ts` has
// the kinds of command.
import type { Clients } from '../clients'
import type { Context } from './context'
import type { Filter, FilterTable } from './filters'
import type { Args, Options } from './options'
import type { Row } from './row'

/** Groups of options that many tools share. */
export type CommonGroup = 'tabify' | 'table' | 'progress' | 'wait' | 'region' | 'service-url' | 'credentials'

/** What a command receives: its own arguments, and its filters when it has any. */
export type Given<O extends Options, F> = Args<O> &
  (F extends FilterTable ? { readonly filters: Filter[] } : {})

/** Something that goes on after the answer, and what is to come of it. */
export interface Goal {
  /** Looks once before anything is asked for: who may not look had better learn that then. */
  rehearse(context: Context): Promise<unknown>
  /** Looks until it has come about for all of these, for so many seconds at most. Throws what became of it instead. */
  reach(context: Context, patience: number, ids: readonly string[]): Promise<void>
}

interface About {
  /** One line for help, pages and the manifest: an imperative without a full stop. */
  readonly summary: string
  /** More for the tool's page and help: sentences. */
  readonly description?: string
  /** Shared groups, where they differ from the suite's. */
  readonly common?: readonly CommonGroup[]
  /** False for a tool that has a `-h` of its own. */
  readonly dashH?: false
  /** What `-U` is the address of, for a tool that opens its clients itself. */
  readonly urlService?: keyof Clients
  /** Spellings of options in older releases, and today's. They are accepted and shown nowhere. */
  readonly olderSpellings?: Readonly<Record<string, string>>
  /** Nothing on the command line is read but `-h`, `--help` and `--json`. */
  readonly ignoresWords?: true
}

export interface Declaration<Subject, O extends Options, F extends FilterTable | undefined, Result>
  extends About {
  readonly options: O
  readonly filters?: F
  /** What the parser cannot know about the arguments. Throws UsageError. */
  rules?(args: Given<O, F>, context: Context): void | Promise<void>
  /** Makes the request and returns the result. Does not print or catch. */
  call(subject: Subject, args: Given<O, F>, context: Context): Result
  /** Pure: the result as rows. Absent: the tool prints nothing of its own accord. */
  rows?(result: Awaited<Result>, args: Given<O, F>): Iterable<Row>
  /** With --wait, once the rows are printed: what is waited for, and of which things. The tool has that option by this. */
  readonly wait?: {
    readonly until: Goal
    of(result: Awaited<Result>, args: Given<O, F>): readonly (string | undefined)[]
  }
  /** The exit status of a tool that answers a question; 0 without it. */
  status?(result: Awaited<Result>): number
}

/** A declaration with its types forgotten, as `execute` sees it. */
export interface Command extends About {
  /** The service whose client `call` receives; undefined for tools that choose for themselves. */
  readonly service: keyof Clients | undefined
  readonly common: readonly CommonGroup[]
  readonly options: Options
  readonly filters?: FilterTable
  rules?(args: Record<string, unknown>, context: Context): void | Promise<void>
  call(subject: unknown, args: Record<string, unknown>, context: Context): unknown
  rows?(result: unknown, args: Record<string, unknown>): Iterable<Row>
  readonly wait?: {
    readonly until: Goal
    of(result: unknown, args: Record<string, unknown>): readonly (string | undefined)[]
  }
  status?(result: unknown): number
}

export interface Suite<Subject> {
  command<const O extends Options, const F extends FilterTable | undefined = undefined, Result = unknown>(
    declaration: Declaration<Subject, O, F, Result>,
  ): Command
}

/** Makes a suite: commands of one service (or none) that share groups of options. */
export const suite = <Subject>(
  service: keyof Clients | undefined,
  common: readonly CommonGroup[],
): Suite<Subject> => ({
  // The types were checked where the declaration was written; `execute` gives `call` what they ask for.
  command: declaration => ({
    ...(declaration as unknown as Omit<Command, 'service' | 'common'>),
    common: [...(declaration.common ?? common), ...(declaration.wait ? (['wait'] as const) : [])],
    service,
  }),
})
