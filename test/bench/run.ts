// SPDX-License-Identifier: BSD-2-Clause
// `npm run bench [-- startup server bundle volumes convert policies scaling balancing stacks save]`: measures all, or what is named, and prints one table. It is a report, so
// it succeeds whatever the numbers are.
import { benchBalancing } from './balancing'
import { benchBundle } from './bundle'
import { benchConvert } from './convert'
import { benchPolicies } from './policies'
import { type Row, tableOf } from './row'
import { benchSave } from './save'
import { benchScaling } from './scaling'
import { benchServer } from './server'
import { benchStacks } from './stacks'
import { benchStartup } from './startup'
import { benchVolumes } from './volumes'

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  startup: benchStartup,
  server: benchServer,
  bundle: () => benchBundle(),
  volumes: benchVolumes,
  convert: benchConvert,
  policies: benchPolicies,
  scaling: benchScaling,
  balancing: benchBalancing,
  stacks: benchStacks,
  save: benchSave,
}

const main = async (): Promise<void> => {
  const asked = process.argv.slice(2)
  const unknown = asked.filter(name => !Object.hasOwn(benches, name))
  if (unknown.length > 0)
    throw new Error(`no benchmark ${unknown.join(', ')}: ${Object.keys(benches).join(', ')}`)
  const rows: Row[] = []
  for (const [name, bench] of Object.entries(benches)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    process.stderr.write(`measuring ${name} …\n`)
    rows.push(...(await bench()))
  }
  console.log(tableOf(rows))
}

void main()
