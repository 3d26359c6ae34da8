// SPDX-License-Identifier: BSD-2-Clause
// What a scaling policy may be. The texts are AWS', as Eucalyptus had simple policies only; the rules that both have are of
// engine-autoscaling §2.
import type { PutScalingPolicyType, StepAdjustment as StepInput } from '@aws-sdk/client-auto-scaling'
import { invalid } from './refusals'
import type { AdjustmentType, ScalingPolicy, StepAdjustment } from './schema/policies'
import { checkFields, type Field, rules } from './validation'

/** What a request says of a policy, apart from its name and its group. */
export type PolicyRules = Omit<ScalingPolicy, 'account' | 'groupName' | 'name' | 'id' | 'createdBy'>

type PolicyType = ScalingPolicy['type']

const mostSteps = 20

/** What belongs to the other types of policy. */
const foreign: Readonly<Record<PolicyType, readonly (keyof PutScalingPolicyType)[]>> = {
  SimpleScaling: [
    'MetricAggregationType',
    'EstimatedInstanceWarmup',
    'StepAdjustments',
    'TargetTrackingConfiguration',
    'PredictiveScalingConfiguration',
  ],
  StepScaling: [
    'ScalingAdjustment',
    'Cooldown',
    'TargetTrackingConfiguration',
    'PredictiveScalingConfiguration',
  ],
}

// Clients without a value for a list send none or an empty one.
const isGiven = (value: unknown): boolean =>
  value !== undefined && !(Array.isArray(value) && value.length === 0)

const typeOf = (text = 'SimpleScaling'): PolicyType => {
  if (text === 'SimpleScaling' || text === 'StepScaling') return text
  if (text === 'TargetTrackingScaling' || text === 'PredictiveScaling')
    return invalid(`${text} policies are not supported`)
  return invalid(`Invalid policy type: ${text}`)
}

const adjustmentTypeOf = (text: string | undefined, type: PolicyType): AdjustmentType =>
  // Its form has been checked.
  (text as AdjustmentType | undefined) ??
  invalid(`You must specify an AdjustmentType for policy type: ${type}`)

/** Negative capacities cannot be asked for. */
const checkAdjustment = (type: AdjustmentType, adjustment: number): number =>
  type === 'ExactCapacity' && adjustment < 0
    ? invalid('ScalingAdjustment cannot be negative with the specified adjustment type.')
    : adjustment

const minimumOf = (
  { MinAdjustmentStep, MinAdjustmentMagnitude }: PutScalingPolicyType,
  type: AdjustmentType,
): Pick<PolicyRules, 'minimumMagnitude' | 'minimumName'> => {
  const minimumName = MinAdjustmentMagnitude === undefined ? 'MinAdjustmentStep' : 'MinAdjustmentMagnitude'
  const minimumMagnitude = MinAdjustmentMagnitude ?? MinAdjustmentStep
  if (minimumMagnitude === undefined) return {}
  if (type !== 'PercentChangeInCapacity')
    invalid(`${minimumName} is not supported by the specified adjustment type.`)
  return { minimumMagnitude, minimumName }
}

const stepOf = (step: StepInput, type: AdjustmentType): StepAdjustment => {
  const { MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper, ScalingAdjustment } = step
  if (lower === undefined && upper === undefined)
    invalid('Both lower and upper bounds of a StepAdjustment cannot be left unspecified')
  if (lower !== undefined && upper !== undefined && lower >= upper)
    invalid('LowerBound must be less than the UpperBound for StepAdjustment')
  return {
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    adjustment: checkAdjustment(type, ScalingAdjustment ?? 0),
  }
}

const checkOpenEnds = (steps: readonly StepAdjustment[]): void => {
  const withoutLower = steps.filter(({ lower }) => lower === undefined).length
  const withoutUpper = steps.filter(({ upper }) => upper === undefined).length
  if (withoutLower > 1) invalid('At most one StepAdjustment may have an unspecified lower bound')
  if (withoutUpper > 1) invalid('At most one StepAdjustment may have an unspecified upper bound')
  if (withoutLower === 0 && steps.some(({ lower = 0 }) => lower < 0))
    invalid(
      'There must be a StepAdjustment with an unspecified lower bound (i.e., lower bound is null) when one ' +
        'StepAdjustment has a negative lower bound',
    )
  if (withoutUpper === 0 && steps.some(({ upper = 0 }) => upper > 0))
    invalid(
      'There must be a StepAdjustment with an unspecified upper bound (i.e., upper bound is null) when one ' +
        'StepAdjustment has a positive upper bound',
    )
}

const lowest = ({ lower = Number.NEGATIVE_INFINITY }: StepAdjustment): number => lower
const highest = ({ upper = Number.POSITIVE_INFINITY }: StepAdjustment): number => upper

const stepsOf = (inputs: readonly StepInput[] | undefined, type: AdjustmentType): StepAdjustment[] => {
  if (!inputs || inputs.length === 0)
    return invalid('You should specify at least one StepAdjustment with a StepScaling policy')
  if (inputs.length > mostSteps)
    invalid(`There can be at most ${mostSteps} step adjustments per scaling policy`)
  const steps = inputs.map(step => stepOf(step, type))
  const sorted = [...steps].sort((a, b) => lowest(a) - lowest(b))
  const borders = sorted.slice(1).map((step, index) => lowest(step) - highest(sorted[index] ?? step))
  if (borders.some(distance => distance < 0)) {
    // Two steps without a lower bound, or without an upper one, overlap as well; that is said in words of its own.
    checkOpenEnds(steps)
    invalid('StepAdjustment intervals cannot overlap')
  }
  if (borders.some(distance => distance > 0))
    invalid('StepAdjustment intervals cannot have gaps between them')
  checkOpenEnds(steps)
  return steps
}

const simpleRules = (input: PutScalingPolicyType, type: AdjustmentType): Partial<PolicyRules> => {
  const { ScalingAdjustment, Cooldown } = input
  if (ScalingAdjustment === undefined)
    return invalid('Scaling increment must be specified for a SimpleScaling policy')
  return {
    adjustment: checkAdjustment(type, ScalingAdjustment),
    ...(Cooldown !== undefined && { cooldownSeconds: Cooldown }),
  }
}

const stepRules = (input: PutScalingPolicyType, type: AdjustmentType): Partial<PolicyRules> => {
  const { StepAdjustments, MetricAggregationType, EstimatedInstanceWarmup } = input
  return {
    steps: stepsOf(StepAdjustments, type),
    aggregation: MetricAggregationType ?? 'Average',
    ...(EstimatedInstanceWarmup !== undefined && { warmupSeconds: EstimatedInstanceWarmup }),
  }
}

const fields = (input: PutScalingPolicyType): readonly Field[] => [
  ['AutoScalingGroupName', input.AutoScalingGroupName, rules.nameOrArn],
  ['PolicyName', input.PolicyName, rules.name],
  ['AdjustmentType', input.AdjustmentType, rules.adjustment],
  ['Cooldown', input.Cooldown, rules.count],
  ['EstimatedInstanceWarmup', input.EstimatedInstanceWarmup, rules.count],
  ['MetricAggregationType', input.MetricAggregationType, /^(?:Minimum|Maximum|Average)$/],
]

/** What a request says of a policy. ValidationError when that cannot be. */
export const checkedRules = (input: PutScalingPolicyType): PolicyRules => {
  checkFields(fields(input))
  const type = typeOf(input.PolicyType)
  const foreigner = foreign[type].find(name => isGiven(input[name]))
  if (foreigner) invalid(`${foreigner} is not supported for a ${type} policy`)
  const adjustmentType = adjustmentTypeOf(input.AdjustmentType, type)
  return {
    type,
    adjustmentType,
    ...minimumOf(input, adjustmentType),
    ...(type === 'SimpleScaling' ? simpleRules(input, adjustmentType) : stepRules(input, adjustmentType)),
    ...(input.Enabled === false && { isDisabled: true }),
  }
}
