// SPDX-License-Identifier: BSD-2-Clause
// Lists that come in pages, each of which names the next by a token, as those of Auto Scaling and CloudWatch do.
import type { Context } from './context'
import type { Row } from './row'

interface Page {
  readonly NextToken?: string | undefined
}

type Ask<P extends Page> = (page: { NextToken?: string }) => Promise<P>
type Holding<K extends string> = Page & { readonly [Name in K]?: readonly unknown[] | undefined }
type Whole<P extends Page, K extends keyof P> = Omit<P, K | 'NextToken'> & {
  [Name in K]: NonNullable<P[Name]>
}

const pageByPage = async <K extends string, P extends Holding<K>>(
  ask: Ask<P>,
  items: K,
  seen: (page: P) => Promise<void>,
): Promise<Whole<P, K>> => {
  const all: unknown[] = []
  let page = await ask({})
  for (;;) {
    await seen(page)
    all.push(...(page[items] ?? []))
    if (!page.NextToken) break
    page = await ask({ NextToken: page.NextToken })
  }
  const { NextToken: _, ...rest } = page
  // Its items came from nowhere else, and the list is whole.
  return { ...rest, [items]: all } as unknown as Whole<P, K>
}

/**
 * Asks for page after page, printing what is in one before the next is asked for, so that it is seen even if a later one
 * fails. The result is the one page that would have held everything.
 */
export const everyTokenPage = <K extends string, P extends Holding<K>>(
  context: Pick<Context, 'print'>,
  ask: Ask<P>,
  items: K,
  rows: (page: P) => Iterable<Row>,
): Promise<Whole<P, K>> => pageByPage(ask, items, page => context.print(...rows(page)))

/** The same of lists whose pages name the next by a marker, as those of load balancers do. */
export const everyMarkedPage = <
  K extends string,
  P extends { readonly NextMarker?: string | undefined } & Omit<Holding<K>, 'NextToken'>,
>(
  context: Pick<Context, 'print'>,
  ask: (page: { Marker?: string }) => Promise<P>,
  items: K,
  rows: (page: Omit<P, 'NextMarker'>) => Iterable<Row>,
) => {
  const asked = async ({ NextToken }: { NextToken?: string }) => {
    const { NextMarker, ...page } = await ask(NextToken === undefined ? {} : { Marker: NextToken })
    // What the page holds is what it held, but for the name of its token.
    return { ...page, NextToken: NextMarker } as unknown as Omit<P, 'NextMarker'> & Holding<K>
  }
  return everyTokenPage(context, asked, items, rows)
}

/** All pages first, as the one that would have held everything. */
export const wholeList = <K extends string, P extends Holding<K>>(
  ask: Ask<P>,
  items: K,
): Promise<Whole<P, K>> => pageByPage(ask, items, async () => {})
