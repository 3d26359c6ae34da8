// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { permitted } from '../../cli/ec2/permitted'
import { UsageError } from '../../cli/errors'
import { append, exclusive, flag, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import type { Row } from '../../rows/cell'
import { changedPermissionRows } from '../../rows/permissions'

export default ec2.command({
  summary: 'Modify an attribute of an image',
  options: {
    image: positional('IMAGE', { help: 'ID of the image to modify (required)' }),
    attribute: exclusive(
      { required: true },
      {
        description: option('--description', { metavar: 'DESC', help: 'set a new description' }),
        productCode: append('-p --product-code', {
          metavar: 'CODE',
          help: 'product code to add to the given instance-store image',
        }),
        launchPermission: flag('-l --launch-permission', {
          help: 'grant or revoke launch permissions with -a and -r',
        }),
      },
    ),
    add: append('-a --add', {
      metavar: 'ENTITY',
      help: 'account to grant launch permission, or "all" for all accounts; needs -l',
    }),
    remove: append('-r --remove', {
      metavar: 'ENTITY',
      help: 'account to remove launch permission from, or "all" for all accounts; needs -l',
    }),
  },
  rules: ({ launchPermission, add, remove }) => {
    if (launchPermission && add.length + remove.length === 0) {
      throw new UsageError('at least one entity must be specified with -a/--add or -r/--remove')
    }
    if (!launchPermission && add.length > 0) {
      throw new UsageError('argument -a/--add may only be used with -l/--launch-permission')
    }
    if (!launchPermission && remove.length > 0) {
      throw new UsageError('argument -r/--remove may only be used with -l/--launch-permission')
    }
  },
  call: (ec2, { image, description, productCode, add, remove }) =>
    ec2.modifyImageAttribute({
      ImageId: image,
      ...(description !== undefined && { Description: { Value: description } }),
      ProductCodes: someOf(productCode),
      ...(add.length + remove.length > 0 && {
        LaunchPermission: { Add: someOf(add.map(permitted)), Remove: someOf(remove.map(permitted)) },
      }),
    }),
  rows: (_, { image, description, productCode, add, remove }): Row[] => [
    ...(description === undefined ? [] : [['description', image, undefined, description]]),
    ...productCode.map((code): Row => ['productcodes', image, 'productCode', code]),
    ...changedPermissionRows('launchPermission', image, 'ADD', add),
    ...changedPermissionRows('launchPermission', image, 'REMOVE', remove),
  ],
})
