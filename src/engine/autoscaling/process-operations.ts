// SPDX-License-Identifier: BSD-2-Clause
// Suspending the processes of a group, and resuming them.
import { ResumeProcesses$, type ScalingProcessQuery, SuspendProcesses$ } from '@aws-sdk/client-auto-scaling'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { mustGroup } from './arns'
import { isSuspended, putGroup, wake } from './groups'
import { onGroup } from './permissions'
import { type ProcessName, processNames, type ScalingGroup, type Suspension } from './schema/groups'
import { checkFields, fieldsOf, rules } from './validation'

/** All, when none is named. */
const processesOf = ({
  AutoScalingGroupName,
  ScalingProcesses = [],
}: ScalingProcessQuery): readonly ProcessName[] => {
  checkFields([
    ['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn],
    ...fieldsOf('ScalingProcesses', ScalingProcesses, rules.process),
  ])
  return ScalingProcesses.length > 0 ? (ScalingProcesses as ProcessName[]) : processNames
}

/** What a cloud administrator does to the group of another account is the cloud's doing. */
const reasonOf = ({ caller }: Tx, { account }: ScalingGroup): Suspension['reason'] =>
  caller.isCloudAdmin && caller.account !== account ? 'Administrative suspension' : 'Manual suspension'

const suspendProcesses: Operation<ScalingProcessQuery, {}> = (tx, input) => {
  const processes = processesOf(input)
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const reason = reasonOf(tx, group)
  const added = [...new Set(processes)]
    .filter(process => !isSuspended(group, process))
    .map(process => ({ process, reason, at: tx.now }))
  if (added.length > 0) putGroup(tx, { ...group, suspensions: [...group.suspensions, ...added] })
  return {}
}

/** What the cloud has suspended is for its administrators to resume. */
const resumeProcesses: Operation<ScalingProcessQuery, {}> = (tx, input) => {
  const processes = processesOf(input)
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const mayResume = ({ reason }: Suspension) => tx.caller.isCloudAdmin || reason === 'Manual suspension'
  const suspensions = group.suspensions.filter(one => !mayResume(one) || !processes.includes(one.process))
  if (suspensions.length === group.suspensions.length) return {}
  putGroup(tx, { ...group, suspensions })
  wake(tx, group, 0)
  return {}
}

export const processOperations: Readonly<Record<string, OperationEntry>> = {
  SuspendProcesses: operation(SuspendProcesses$, suspendProcesses, {
    access: onGroup('AutoScalingGroupName'),
  }),
  ResumeProcesses: operation(ResumeProcesses$, resumeProcesses, { access: onGroup('AutoScalingGroupName') }),
}
