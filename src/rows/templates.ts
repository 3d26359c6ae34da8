// SPDX-License-Identifier: BSD-2-Clause
import type {
  GetTemplateSummaryOutput,
  ParameterDeclaration,
  TemplateParameter,
  ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation'
import { type Row, text } from './cell'

const parameterRow = ({
  ParameterKey,
  NoEcho,
  DefaultValue,
  Description,
}: ParameterDeclaration | TemplateParameter): Row => [
  'PARAMETER',
  ParameterKey,
  text(NoEcho),
  DefaultValue,
  Description,
]

const capabilityRows = (capabilities: readonly string[] | undefined): Row[] =>
  (capabilities ?? []).map(capability => ['CAPABILITY', capability])

/** A line where there is something to say. */
const perhaps = (tag: string, value: string | undefined): Row[] => (value ? [[tag, value]] : [])

export const templateSummaryRows = (summary: GetTemplateSummaryOutput): Row[] => [
  ...perhaps('DESCRIPTION', summary.Description),
  ...capabilityRows(summary.Capabilities),
  ...perhaps('CAPABILITYREASON', summary.CapabilitiesReason),
  ...(summary.ResourceTypes ?? []).map(type => ['RESOURCETYPES', type]),
  ...(summary.Parameters ?? []).flatMap(parameter => [
    parameterRow(parameter),
    ...(parameter.ParameterConstraints?.AllowedValues ?? []).map(value => [
      'ALLOWED-VALUE',
      parameter.ParameterKey,
      value,
    ]),
  ]),
  ...perhaps('METADATA', summary.Metadata),
]

export const validationRows = (found: ValidateTemplateOutput): Row[] => [
  ['DESCRIPTION', found.Description],
  ...capabilityRows(found.Capabilities),
  ...perhaps('CAPABILITIESREASON', found.CapabilitiesReason),
  ...(found.Parameters ?? []).map(parameterRow),
]
