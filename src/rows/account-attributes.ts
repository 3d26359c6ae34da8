// SPDX-License-Identifier: BSD-2-Clause
import type { AccountAttribute } from '@aws-sdk/client-ec2'
import type { Row } from './cell'

export const accountAttributeRows = (attributes: readonly AccountAttribute[] | undefined): Row[] =>
  (attributes ?? []).flatMap(({ AttributeName, AttributeValues = [] }) => [
    ['ACCOUNTATTRIBUTE', AttributeName],
    ...AttributeValues.map(({ AttributeValue }): Row => ['VALUE', AttributeValue]),
  ])
