// SPDX-License-Identifier: BSD-2-Clause
import { theTags } from '../../cli/euscale/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: 'Delete tags of auto-scaling groups',
  options: { ...theTags('tag to delete') },
  call: (scaling, { tag }) => scaling.deleteTags({ Tags: [...tag] }),
})
