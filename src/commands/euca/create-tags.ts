// SPDX-License-Identifier: BSD-2-Clause
import { tag } from '../../cli/argument-types'
import { append, positional } from '../../cli/options'
import { blank, type Row } from '../../cli/row'
import { ec2 } from '../../cli/suites'
import { resourceType } from '../../rows/tags'

export default ec2.command({
  summary: 'Add or overwrite tags of resources',
  options: {
    resource: positional('RESOURCE', {
      nargs: '+',
      help: 'ID(s) of the resource(s) to tag (at least one required)',
    }),
    tag: append('--tag', {
      metavar: 'KEY[=VALUE]',
      type: tag,
      required: true,
      help: 'key and optional value of the tag to create (at least one required)',
    }),
  },
  call: (ec2, { resource, tag }) => ec2.createTags({ Resources: [...resource], Tags: [...tag] }),
  rows: (_, { resource, tag }) =>
    resource.flatMap(id =>
      tag.map(({ Key, Value }): Row => ['TAG', resourceType(id), id, Key, Value || blank]),
    ),
})
