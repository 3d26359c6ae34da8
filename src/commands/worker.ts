// SPDX-License-Identifier: BSD-2-Clause
import { local } from '../cli/suites'

export default local.command({
  summary: 'Work off what the cloud in the data folder has to do, then end',
  description:
    'Tools that used the embedded cloud start this by themselves for what they leave behind: unpacking images, ' +
    'making instance disks.',
  options: {},
  call: async context => {
    const { workOnce } = await import('../serve/work-once')
    const { malleeHome } = await context.settings()
    await workOnce(malleeHome, context.signal, context.io)
  },
})
