// SPDX-License-Identifier: BSD-2-Clause
// Lists that come in pages. What is printed of a page is printed before the next one is asked for, so that what was read
// is seen even if a later page fails.
import type { Context } from '../context'
import type { Row } from '../row'

interface Page {
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** Asks for page after page, printing each. The result is the one page that would have held everything. */
export const everyPage = async <P extends Page>(
  context: Context,
  ask: (page: { Marker?: string }) => Promise<P>,
  items: keyof P,
  rows: (page: P) => Iterable<Row>,
): Promise<Partial<P>> => {
  const all: unknown[] = []
  let page = await ask({})
  for (;;) {
    for (const row of rows(page)) await context.print(row)
    all.push(...((page[items] ?? []) as readonly unknown[]))
    // A service that says there is more and not where it begins would be asked for its first page for ever.
    if (!page.IsTruncated || !page.Marker) break
    page = await ask({ Marker: page.Marker })
  }
  return { ...page, [items]: all, Marker: undefined }
}
