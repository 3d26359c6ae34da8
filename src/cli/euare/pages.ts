// SPDX-License-Identifier: BSD-2-Clause
// Lists that come in pages. What is printed of a page is printed before the next one is asked for, so that what was read
// is seen even if a later page fails.
import type { Context } from '../context'
import type { Row } from '../row'

interface Page {
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

type Ask<P extends Page> = (page: { Marker?: string }) => Promise<P>

async function* pagesOf<P extends Page>(ask: Ask<P>): AsyncGenerator<P> {
  let page = await ask({})
  yield page
  // A service that says there is more and not where it begins would be asked for its first page for ever.
  while (page.IsTruncated && page.Marker) {
    page = await ask({ Marker: page.Marker })
    yield page
  }
}

type Holding<K extends string> = Page & { readonly [Name in K]?: readonly unknown[] | undefined }

/** Asks for page after page, printing each. The result is the one page that would have held everything. */
export const everyPage = async <K extends string, P extends Holding<K>>(
  context: Pick<Context, 'print'>,
  ask: Ask<P>,
  items: K,
  rows: (page: P, isFirst: boolean) => Iterable<Row>,
): Promise<Page & { [Name in K]: NonNullable<P[Name]> }> => {
  const all: unknown[] = []
  let last: P | undefined
  for await (const page of pagesOf(ask)) {
    for (const row of rows(page, last === undefined)) await context.print(row)
    all.push(...(page[items] ?? []))
    last = page
  }
  // Its items came from nowhere else, and the list is whole.
  return { ...last, [items]: all, Marker: undefined } as Page & { [Name in K]: NonNullable<P[Name]> }
}

/** What all pages of a list hold, for a command that does something with it. */
export const allOf = async <K extends string, P extends Holding<K>>(
  ask: Ask<P>,
  items: K,
): Promise<NonNullable<P[K]>> => {
  const all: unknown[] = []
  for await (const page of pagesOf(ask)) all.push(...(page[items] ?? []))
  return all as unknown as NonNullable<P[K]> // As above.
}
