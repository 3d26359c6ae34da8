// SPDX-License-Identifier: BSD-2-Clause
import { theTags } from '../../cli/euscale/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: 'Create tags of auto-scaling groups, or change them',
  options: { ...theTags('tag to create or to change') },
  call: (scaling, { tag }) => scaling.createOrUpdateTags({ Tags: [...tag] }),
})
