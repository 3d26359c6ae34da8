// SPDX-License-Identifier: BSD-2-Clause
// Lists of Auto Scaling and CloudWatch, which come in pages. What is printed of a page is printed before the next one is
// asked for, so that what was read is seen even if a later page fails.
import type { Context } from './context'
import type { Row } from './row'

interface Page {
  readonly NextToken?: string | undefined
}

type Ask<P extends Page> = (page: { NextToken?: string }) => Promise<P>

type Holding<K extends string> = Page & { readonly [Name in K]?: readonly unknown[] | undefined }

type Whole<P, K extends keyof P> = Page & { [Name in K]: NonNullable<P[Name]> }

async function* pagesOf<P extends Page>(ask: Ask<P>): AsyncGenerator<P> {
  let page = await ask({})
  yield page
  while (page.NextToken) {
    page = await ask({ NextToken: page.NextToken })
    yield page
  }
}

const whole = async <K extends string, P extends Holding<K>>(
  ask: Ask<P>,
  items: K,
  see: (page: P) => Promise<void>,
): Promise<Whole<P, K>> => {
  const all: unknown[] = []
  let last: P | undefined
  for await (const page of pagesOf(ask)) {
    await see(page)
    all.push(...(page[items] ?? []))
    last = page
  }
  // Its items came from nowhere else, and the list is whole.
  return { ...last, [items]: all, NextToken: undefined } as Whole<P, K>
}

/** Asks for page after page, printing each. The result is the one page that would have held everything. */
export const everyPage = <K extends string, P extends Holding<K>>(
  context: Pick<Context, 'print'>,
  ask: Ask<P>,
  items: K,
  rows: (page: P) => Iterable<Row>,
): Promise<Whole<P, K>> =>
  whole(ask, items, async page => {
    for (const row of rows(page)) await context.print(row)
  })

/** All pages as the one that would have held everything, for a tool that prints nothing before it has read the last. */
export const allPages = <K extends string, P extends Holding<K>>(
  ask: Ask<P>,
  items: K,
): Promise<Whole<P, K>> => whole(ask, items, async () => {})
