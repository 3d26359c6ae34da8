// SPDX-License-Identifier: BSD-2-Clause
// A template as it is after it has been read, and what its functions are evaluated with.

/** A value of a template: JSON. Functions are in their long form, `{"Fn::Join": […]}`, whatever the text had. */
export type Value = string | number | boolean | null | readonly Value[] | ValueObject
export interface ValueObject {
  readonly [name: string]: Value
}

/** Where something stands in a template: keys and indexes from its top. */
export type Path = readonly (string | number)[]

/** Of a text, from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface ParameterDeclaration {
  readonly name: string
  /** `String`, `Number`, `CommaDelimitedList`, `AWS::EC2::KeyPair::KeyName`, `List<…>` … */
  readonly type: string
  readonly default?: string
  readonly noEcho: boolean
  readonly allowedValues?: readonly string[]
  readonly allowedPattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minValue?: number
  readonly maxValue?: number
  readonly description?: string
  readonly constraintDescription?: string
}

export type DeletionPolicy = 'Delete' | 'Retain' | 'Snapshot'

export interface ResourceDeclaration {
  readonly logicalId: string
  readonly type: string
  readonly properties: ValueObject
  readonly deletionPolicy: DeletionPolicy
  readonly dependsOn: readonly string[]
  readonly condition?: string
  readonly description?: string
  readonly metadata?: Value
  readonly updatePolicy?: Value
  readonly creationPolicy?: Value
}

export interface OutputDeclaration {
  readonly name: string
  readonly value: Value
  readonly description?: string
  readonly condition?: string
  /** What other stacks of the account take it in by. */
  readonly exportName?: Value
}

export interface Template {
  readonly description?: string
  readonly metadata?: Value
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Value>>>>>>
  readonly conditions: ReadonlyMap<string, Value>
  readonly resources: ReadonlyMap<string, ResourceDeclaration>
  readonly outputs: ReadonlyMap<string, OutputDeclaration>
  /** Where a part of the template stands in its text; undefined for what is not in it. */
  positionOf(path: Path): Position | undefined
}

/** A parameter's value as the stack has it. */
export interface StackParameter {
  readonly key: string
  readonly value: string
  readonly noEcho: boolean
}

/** What a resource is known by, once it is there. */
export interface KnownResource {
  /** What `Ref` gives. */
  readonly ref: string
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
}

/** What functions are evaluated with. */
export interface Scope {
  readonly template: Template
  readonly parameters: ReadonlyMap<string, StackParameter>
  readonly accountId: string
  readonly region: string
  readonly stackId: string
  readonly stackName: string
  readonly notificationArns: readonly string[]
  /** Zones for `Fn::GetAZs`. */
  readonly zones: readonly string[]
  /** A resource that is there already; a function that refers to another one throws `Unresolved`. */
  resource(logicalId: string): KnownResource | undefined
  /** What another stack of the account exports by this name. */
  exported(name: string): string | undefined
}

/** What a value is in a scope. `undefined` stands for AWS::NoValue: the property is not there. */
export type Evaluated = string | number | boolean | null | readonly Evaluated[] | EvaluatedObject | undefined
export interface EvaluatedObject {
  readonly [name: string]: Evaluated
}
