// SPDX-License-Identifier: BSD-2-Clause
// A process of its own that carries out a plan until it is killed: its folder and the plan are its arguments.
import { HaproxyBalancing } from '../../../src/plane/balancers/haproxy'
import { findHaproxy } from '../../../src/plane/balancers/haproxy-program'

const main = async (): Promise<void> => {
  const [, , folder = '', plan = ''] = process.argv
  const program = await findHaproxy()
  if (typeof program === 'string') throw new Error(program)
  const balancing = new HaproxyBalancing({ program, folder, threads: 1, tell: () => {} })
  console.log(JSON.stringify(await balancing.apply(JSON.parse(plan))))
  setInterval(() => {}, 60_000)
}

void main()
