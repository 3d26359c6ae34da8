// SPDX-License-Identifier: BSD-2-Clause
// Records of stacks. What may hold a secret (values of parameters, properties, attributes, outputs) is a JSON text that the
// store seals; `stacks/records.ts` reads and writes it.
import type { Orderer } from '../iam/callers'
import { table } from '../store/table'
import type { DeletionPolicy } from './template/contracts'

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_FAILED'
  | 'ROLLBACK_COMPLETE'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'

export type ResourceStatus =
  | 'NOT_STARTED'
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'CREATE_COMPLETE'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_FAILED'
  | 'UPDATE_COMPLETE'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE'
  | 'DELETE_SKIPPED'

export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING'

export interface StackTag {
  readonly key: string
  readonly value: string
}

/** Who ordered what goes on: it is done with his permissions, in this account. */
export interface Order {
  readonly account: string
  readonly userName: string
  /** Of whom it was: another one of that name is not he. */
  readonly userId?: string
  readonly orderer?: Orderer
}

/** What an update changes, and its rollback gives back. */
export interface StackForm {
  readonly template: number
  readonly description?: string
  readonly tags: readonly StackTag[]
  readonly notificationArns: readonly string[]
  readonly capabilities: readonly string[]
}

export interface Stack extends StackForm {
  readonly account: string
  /** UUID, of its ARN. */
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt?: Date
  readonly deletedAt?: Date
  readonly status: StackStatus
  readonly reason?: string
  /** `StackParameter[]` */
  readonly parameters: string
  /** `StackOutput[]` */
  readonly outputs: string
  /** What it was before the update that goes on: `Previously`. */
  readonly previously?: string
  readonly onFailure: OnFailure
  readonly timeoutMinutes?: number
  readonly isProtected?: true
  readonly policy?: string
  /** In the place of `policy` for the update that goes on. */
  readonly policyOfUpdate?: string
  readonly order: Order
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  /** Base URL that it was ordered by. */
  readonly endpoint: string
  /** The client's token of what goes on. */
  readonly token?: string
  /** When what goes on was ordered. */
  readonly orderedAt: Date
  /** Raised by all that is begun with the stack: a resource of this generation has been dealt with. */
  readonly generation: number
  /** Values of parameters have been compared with what the account has. */
  readonly isChecked?: true
  /** It is deleted since it could not be created, and not by an order of its own. */
  readonly isUndone?: true
  /** Logical ids that a deletion leaves alone. */
  readonly retained?: readonly string[]
  /** Id (ARN) of the stack that it is a resource of, and of the outermost one. */
  readonly parentId?: string
  readonly rootId?: string
}

/** What is there of a resource, or was: what it takes to remove it. */
export interface Remains {
  readonly account: string
  readonly stackId: string
  readonly logicalId: string
  readonly type: string
  /** Logical ids of resources that are removed after it. */
  readonly dependsOn: readonly string[]
  readonly deletionPolicy: DeletionPolicy
  readonly status: ResourceStatus
  readonly reason?: string
  readonly changedAt: Date
  readonly generation: number
  readonly physicalId?: string
  /** `Body`; not there when there is nothing. */
  readonly body?: string
  /** When what goes on with it began. */
  readonly begunAt?: Date
  /** When (ms) it is asked again how far it is, and how often it was. */
  readonly askAt?: number
  readonly asked?: number
  /** Its snapshot has been taken. */
  readonly hasSnapshot?: true
  /** Of the last event (ms): two of a resource never have the same id. */
  readonly eventAt?: number
}

/** What the template of an update says of a resource, before it has been dealt with. */
export interface NextPlace {
  readonly position: number
  readonly dependsOn: readonly string[]
  readonly deletionPolicy: DeletionPolicy
}

export interface StackResource extends Remains {
  /** In the order of creation. */
  readonly position: number
  readonly next?: NextPlace
  /** What the update that goes on has done with it: `before` is what it was. */
  readonly change?: 'kept' | 'updated' | 'replaced' | 'made'
  /** `Before` */
  readonly before?: string
  /** The template of the update that goes on has it no more. */
  readonly isLeaving?: true
}

/** What another resource has taken the place of, or an update has no place for. It is removed last. */
export interface Leftover extends Remains {
  readonly sequence: number
}

export interface StackEvent {
  readonly account: string
  readonly stackId: string
  readonly sequence: number
  readonly id: string
  readonly at: Date
  readonly logicalId: string
  readonly physicalId?: string
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly token?: string
}

export interface StackTemplate {
  readonly account: string
  readonly stackId: string
  readonly number: number
  readonly text: string
}

interface StackName {
  readonly account: string
  readonly name: string
  readonly id: string
}

/** When a stack is looked after next. */
interface StackWake {
  readonly stackId: string
  /** ms */
  readonly at: number
}

/** SignalResource. */
export interface StackSignal {
  readonly account: string
  readonly stackId: string
  readonly logicalId: string
  readonly uniqueId: string
  readonly isFailure: boolean
  readonly at: Date
}

export const cloudformationTables = {
  stacks: table<Stack>({
    scope: 'account',
    key: ({ id }) => id,
    sealed: ['parameters', 'outputs', 'previously'],
  }),
  /** Of stacks that are not deleted. */
  stackNames: table<StackName>({ scope: 'account', key: ({ name }) => name }),
  stackTemplates: table<StackTemplate>({
    scope: 'account',
    key: ({ stackId, number }) => [stackId, number],
    large: true,
  }),
  stackResources: table<StackResource>({
    scope: 'account',
    key: ({ stackId, logicalId }) => [stackId, logicalId],
    large: true,
    sealed: ['body', 'before'],
  }),
  stackLeftovers: table<Leftover>({
    scope: 'account',
    key: ({ stackId, sequence }) => [stackId, sequence],
    large: true,
    sealed: ['body'],
  }),
  stackEvents: table<StackEvent>({
    scope: 'account',
    key: ({ stackId, sequence }) => [stackId, sequence],
    large: true,
  }),
  stackWakes: table<StackWake>({ scope: 'cloud', key: ({ stackId }) => stackId }),
  stackSignals: table<StackSignal>({
    scope: 'account',
    key: ({ stackId, logicalId, uniqueId }) => [stackId, logicalId, uniqueId],
    large: true,
  }),
}
