// SPDX-License-Identifier: BSD-2-Clause
import { local } from '../cli/suites'
import type { Status } from '../serve/status'

const rowsOf = ({ home, servers, counts, jobs, folders }: Status) => [
  ['HOME', home],
  ...servers.map(endpoint => ['SERVER', endpoint]),
  ...Object.entries(counts).map(([name, count]) => ['COUNT', name, count]),
  ['JOBS', jobs],
  ...Object.entries(folders).map(([name, bytes]) => ['BYTES', name, bytes.logical, bytes.real]),
]

export default local.command({
  summary: 'Show what the cloud in the data folder holds',
  description:
    'BYTES lines give, for each part of the folder, the sizes of its files and the bytes they really take: holes and ' +
    'blocks that files share cost nothing.',
  options: {},
  call: async context => {
    const { statusOf } = await import('../serve/status')
    const { malleeHome } = await context.settings()
    return (await statusOf(malleeHome)) ?? { home: malleeHome, servers: [], counts: {}, jobs: 0, folders: {} }
  },
  rows: rowsOf,
})
