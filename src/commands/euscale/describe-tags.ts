// SPDX-License-Identifier: BSD-2-Clause
import { groupFilters, mergedFilters } from '../../cli/euscale/argument-types'
import { append } from '../../cli/options'
import { scalingLists } from '../../cli/suites'
import { everyTokenPage } from '../../cli/token-pages'
import { scalingTagRows } from '../../rows/scaling-groups'

export default scalingLists.command({
  summary: 'Describe tags of auto-scaling groups',
  options: {
    filter: append('--filter', {
      metavar: 'NAME=VALUE,...',
      type: groupFilters,
      help: 'restrict results to tags that meet criteria: "auto-scaling-group", "key", "value", or "propagate-at-launch". May be used more than once',
    }),
  },
  call: (scaling, { filter }, context) =>
    everyTokenPage(
      context,
      page => scaling.describeTags({ Filters: mergedFilters(filter), ...page }),
      'Tags',
      ({ Tags }) => scalingTagRows(Tags),
    ),
})
