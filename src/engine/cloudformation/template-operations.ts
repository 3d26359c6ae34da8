// SPDX-License-Identifier: BSD-2-Clause
// What is asked about templates without a stack: are they well formed, what do they need, what would they cost.
import {
  EstimateTemplateCost$,
  type EstimateTemplateCostInput,
  type EstimateTemplateCostOutput,
  GetTemplateSummary$,
  type GetTemplateSummaryInput,
  type GetTemplateSummaryOutput,
  ValidateTemplate$,
  type ValidateTemplateInput,
  type ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation'
import type { Demand } from '../access'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { mustStack } from './arns'
import { onStack } from './permissions'
import { invalid } from './refusals'
import { checkUnknown } from './stacks/requests'
import { templateTextOf } from './stacks/scope'
import { capabilitiesOf, readTemplate, settleParameters } from './template'
import type { ParameterDeclaration, Template } from './template/contracts'
import { formatVersion } from './template/read'
import { templateText } from './template-source'

// ---- operations --------------------------------------------------------------------------------------------------

const validateTemplate: Operation<ValidateTemplateInput, ValidateTemplateOutput> = (tx, input) => {
  const template = readTemplate(templateText(tx, input))
  checkUnknown(tx, template)
  return { ...view(template), Parameters: [...template.parameters.values()].map(parameterView) }
}

const getTemplateSummary: Operation<GetTemplateSummaryInput, GetTemplateSummaryOutput> = (tx, input) => {
  const template = readTemplate(textAskedAbout(tx, input))
  return {
    ...view(template),
    Version: formatVersion,
    Parameters: [...template.parameters.values()].map(declaration => ({
      ...parameterView(declaration),
      ParameterType: declaration.type,
      ParameterConstraints: declaration.allowedValues && { AllowedValues: [...declaration.allowedValues] },
    })),
    ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
    Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
  }
}

const textAskedAbout = (tx: Tx, input: GetTemplateSummaryInput): string => {
  const { StackName, StackSetName, TemplateBody, TemplateURL } = input
  if (StackSetName !== undefined) invalid('StackSetName is not supported.')
  const given = [StackName, TemplateBody, TemplateURL].filter(one => one !== undefined)
  if (given.length === 0) invalid('Either StackName or TemplateBody or TemplateURL must be set.')
  if (given.length > 1) invalid('Exactly one of StackName or TemplateBody or TemplateURL must be set.')
  if (StackName === undefined) return templateText(tx, input)
  return templateTextOf(tx, mustStack(tx, StackName))
}

/** Nothing costs anything here: as with Eucalyptus, there is no page to look at. */
const estimateTemplateCost: Operation<EstimateTemplateCostInput, EstimateTemplateCostOutput> = (
  tx,
  input,
) => {
  const template = readTemplate(templateText(tx, input))
  settleParameters(
    template,
    (input.Parameters ?? []).map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => ({
      key: ParameterKey,
      value: ParameterValue,
      usePrevious: UsePreviousValue,
    })),
  )
  return {}
}

/** A stack's template is the stack's; any other is what the request brings. */
const onTemplate = (tx: Tx, input: GetTemplateSummaryInput): readonly Demand[] =>
  input.StackName === undefined ? [{ resource: '*' }] : onStack(tx, input)

export const templateOperations: Readonly<Record<string, OperationEntry>> = {
  EstimateTemplateCost: operation(EstimateTemplateCost$, estimateTemplateCost, { reads: true }),
  GetTemplateSummary: operation(GetTemplateSummary$, getTemplateSummary, { access: onTemplate }),
  ValidateTemplate: operation(ValidateTemplate$, validateTemplate, { reads: true }),
}

// ---- views -------------------------------------------------------------------------------------------------------

const view = (
  template: Template,
): Pick<GetTemplateSummaryOutput, 'Description' | 'Capabilities' | 'CapabilitiesReason'> => {
  const { capabilities, types } = capabilitiesOf(template)
  return {
    Description: template.description,
    Capabilities: [...capabilities] as GetTemplateSummaryOutput['Capabilities'],
    CapabilitiesReason:
      types.length > 0 ? `The following resource(s) require capabilities: [${types.join(', ')}]` : undefined,
  }
}

const parameterView = ({ name, default: DefaultValue, noEcho, description }: ParameterDeclaration) => ({
  ParameterKey: name,
  DefaultValue,
  NoEcho: noEcho,
  Description: description,
})
