// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import type { Recorder } from './recorder'

/** What is typed, and the requests that it makes. */
export type Sent = readonly [typed: string, ...sent: Record<string, string>[]]

/** A test for each: the tool sends exactly these requests, and says nothing on standard error. */
export const itSends = (cases: readonly Sent[], service: () => Recorder): void => {
  for (const [typed, ...sent] of cases) {
    it(typed, async () => {
      service().requests.length = 0
      const { status, stderr } = await service().tool(typed.split(' '))
      assert.equal(stderr, '')
      assert.equal(status, 0)
      const order = (a: Record<string, string>, b: Record<string, string>) =>
        JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
      assert.deepEqual(service().requests.sort(order), [...sent].sort(order))
    })
  }
}
