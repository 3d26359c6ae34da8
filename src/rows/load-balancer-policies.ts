// SPDX-License-Identifier: BSD-2-Clause
import type {
  PolicyAttributeDescription,
  PolicyAttributeTypeDescription,
  PolicyDescription,
  PolicyTypeDescription,
} from '@aws-sdk/client-elastic-load-balancing'
import { joined, type Row } from './cell'

const attribute = ({ AttributeName, AttributeValue }: PolicyAttributeDescription): string =>
  `{name=${AttributeName ?? 'None'},value=${AttributeValue ?? 'None'}}`

export const policyRows = (policies: readonly PolicyDescription[] | undefined, isLong: boolean): Row[] =>
  (policies ?? []).map(({ PolicyName, PolicyTypeName, PolicyAttributeDescriptions }) => [
    'POLICY',
    PolicyName,
    PolicyTypeName,
    ...(isLong ? [joined(',', PolicyAttributeDescriptions?.map(attribute))] : []),
  ])

const attributeType = (type: PolicyAttributeTypeDescription): string => {
  const parts = {
    name: type.AttributeName,
    description: type.Description,
    type: type.AttributeType,
    'default-value': type.DefaultValue,
    cardinality: type.Cardinality,
  }
  const texts = Object.entries(parts).map(([name, value]) => `${name}=${value ?? ''}`)
  return `{${texts.join(',')}}`
}

export const policyTypeRows = (types: readonly PolicyTypeDescription[] | undefined, isLong: boolean): Row[] =>
  (types ?? []).map(({ PolicyTypeName, Description, PolicyAttributeTypeDescriptions }) => [
    'POLICY_TYPE',
    PolicyTypeName,
    Description,
    ...(isLong ? [joined(',', PolicyAttributeTypeDescriptions?.map(attributeType))] : []),
  ])
