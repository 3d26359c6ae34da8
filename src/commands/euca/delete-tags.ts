// SPDX-License-Identifier: BSD-2-Clause
import { tagToDelete } from '../../cli/argument-types'
import { append, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'

export default ec2.command({
  summary: 'Delete tags of resources',
  options: {
    resource: positional('RESOURCE', {
      nargs: '+',
      help: 'ID(s) of the resource(s) to un-tag (at least one required)',
    }),
    tag: append('--tag', {
      metavar: 'KEY[=[VALUE]]',
      type: tagToDelete,
      required: true,
      help: 'key and optional value of the tag to delete (at least one required). With a value, the tag is deleted only if its value matches; "KEY=" matches an empty value',
    }),
  },
  call: (ec2, { resource, tag }) => ec2.deleteTags({ Resources: [...resource], Tags: [...tag] }),
})
