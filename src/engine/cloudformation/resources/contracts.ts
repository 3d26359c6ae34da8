// SPDX-License-Identifier: BSD-2-Clause
// What a type of resource is. A type is one entry of the table in index.ts; what makes stacks knows nothing but this.
import type { Service, Tx } from '../../operation'
import type { EvaluatedObject, KnownResource } from '../template/contracts'

/**
 * What becomes of a resource when a property changes: it is changed as it runs; it is changed with an interruption of its
 * service; another one takes its place; or it cannot be changed, which `update` says.
 */
export type OnChange = 'no-interruption' | 'some-interruption' | 'replacement' | 'refused'

export interface Property {
  /** `json` is any document, such as a policy; `list` and `object` say of what; numbers and booleans may be texts. */
  readonly kind: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'list' | 'object' | 'map'
  readonly required?: true
  /** Of a list: what its items are. Of a map: what its values are. */
  readonly item?: Property
  /** Of an object. */
  readonly members?: PropertyTable
  /** Of a resource's own properties; by default `replacement`. */
  readonly onChange?: OnChange
  /** Its value is not to be shown: a password. */
  readonly secret?: true
}
export type PropertyTable = Readonly<Record<string, Property>>

/** The stack and the resource that something is done for. */
export interface Work {
  /** The transaction, as whoever ordered it. */
  readonly tx: Tx
  readonly stack: {
    readonly account: string
    readonly id: string
    readonly name: string
    readonly tags: readonly { readonly key: string; readonly value: string }[]
    readonly notificationArns: readonly string[]
    /** Nested stacks are asked for these as well. */
    readonly capabilities: readonly string[]
    readonly disableRollback: boolean
  }
  readonly logicalId: string
  /** Its creation policy asks for signals. */
  readonly waitsForSignals?: boolean
  /** `<stack>-<logical id>-<13 characters>`, within this many characters; the same for as long as this creation is tried. */
  newName(longest?: number): string
  /** The tags of the stack's resources, the template's own last: `aws:cloudformation:logical-id` and so on. */
  tags(own?: readonly { readonly Key: string; readonly Value: string }[]): { Key: string; Value: string }[]
  /**
   * Run an operation of a service as a request would, permissions and all: `call(ec2, 'RunInstances', {…})`. What it refuses
   * is thrown as its Refusal, and is the reason of the resource's failure.
   */
  call<Output = Record<string, unknown>>(service: Service, operation: string, input: object): Output
}

/** A resource that is there, whole or not. */
export interface Made extends KnownResource {
  readonly physicalId: string
  /** What the type has to remember of it for later steps. */
  readonly memory?: Readonly<Record<string, unknown>>
}

/** Thrown by a type for what is wrong with no operation involved: the text is the reason that is shown. */
export class ResourceFailure extends Error {
  override readonly name = 'ResourceFailure'
}

/** How far a resource is. */
export type Progress =
  | { readonly is: 'complete'; readonly made?: Made }
  /**
   * Ask again after so many seconds, by default 2. The reason is for when that has been asked for too long; a type that
   * has a limit of its own says so.
   */
  | {
      readonly is: 'waiting'
      readonly seconds?: number
      readonly reason?: string
      /** It says by itself when it has been waited for long enough; others are waited for for an hour. */
      readonly hasOwnLimit?: true
    }

export interface ResourceType {
  /** `AWS::EC2::SecurityGroup` */
  readonly name: string
  readonly properties: PropertyTable
  /** Names for Fn::GetAtt, for checks before there is a resource; a name that ends in `.*` stands for all below it. */
  readonly attributes: readonly string[]
  /** CAPABILITY_IAM is asked for. */
  readonly needsCapability?: true
  /** `Snapshot` is a deletion policy of it. */
  readonly takesSnapshots?: true
  /** It waits for signals that its creation policy asks for. */
  readonly takesSignals?: true
  /** It bears the stack's tags: it is updated when these change, though none of its properties did. */
  readonly takesTags?: true
  /** What of its properties cannot be said by the table: thrown as ResourceFailure. Called with everything evaluated. */
  check?(properties: EvaluatedObject): void
  /** In one transaction: begin to make it. */
  create(work: Work, properties: EvaluatedObject): Made
  /** In a transaction of its own, until complete: whether it is ready. Without it, it is at once. */
  created?(work: Work, made: Made, properties: EvaluatedObject): Progress
  /**
   * Change it where it is. `before` is what it had. Only called when no change asks for a replacement; a type without it is
   * always replaced.
   */
  update?(work: Work, made: Made, properties: EvaluatedObject, before: EvaluatedObject): Made
  updated?(work: Work, made: Made, properties: EvaluatedObject): Progress
  /**
   * Whether a change that the table lets happen in place needs a replacement all the same, by what the resource is: only
   * an instance with a volume to boot from can be stopped and changed.
   */
  mustReplace?(work: Work, made: Made, properties: EvaluatedObject, before: EvaluatedObject): boolean
  /** Begin to remove it, or go on with that. `complete` once it is gone, whoever removed it. */
  remove(work: Work, made: Made, properties: EvaluatedObject): Progress
  /** Take a snapshot instead of losing what is in it; then it is removed. */
  snapshot?(work: Work, made: Made, properties: EvaluatedObject): Progress
}
