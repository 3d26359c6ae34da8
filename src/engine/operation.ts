// SPDX-License-Identifier: BSD-2-Clause
// What an operation is, and what a service is made of. A service's index.ts is one `Service` value.
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types'
import type { Access, Demand, Denial, RequestFacts } from './access'
import type { Blobs, StagedFile } from './bytes/blobs'
import type { Blob } from './bytes/schema'
import type { Clock } from './clock'
import type { Session, Tagged } from './iam/schema'
import type { Decision, Limit } from './policy/contracts'
import type { Tables } from './store/tables'

/** Who is asking. `anonymous` reaches S3 only; `system` is the engine itself (jobs, and S3's image-reading account). */
export interface Caller {
  readonly kind: 'user' | 'session' | 'anonymous' | 'system'
  /** 12 digits; '' for anonymous. */
  readonly account: string
  /** Alias of the account, such as `eucalyptus`. */
  readonly accountAlias: string
  /** S3 canonical id of the account: 64 hex digits. */
  readonly canonicalId: string
  /** '' for the session of a role. */
  readonly userName: string
  /** IAM's unique id; of a role's session with its name, `ARO…:name`. */
  readonly userId: string
  readonly arn: string
  /** What policies name the caller by: the ARN of the user, or of the role whose session it is. */
  readonly principalArn: string
  /** The key that signed; '' when nothing was signed. */
  readonly accessKeyId: string
  /** A user of the account `eucalyptus`: what Eucalyptus calls a cloud (system) administrator. */
  readonly isCloudAdmin: boolean
  /** The user `admin` of an account: in it nothing is refused to him but what the account's own policies refuse. */
  readonly isAccountAdmin: boolean
  /** Of the user or the role, for conditions. */
  readonly tags?: Tagged['tags']
  /** The temporary key that signed. */
  readonly session?: Session
  /** A cloud administrator who speaks for another account, by `DelegateAccount`. */
  readonly isDelegated?: boolean
  /** Signed in by a password, as consoles are: the token service alone. */
  readonly isByPassword?: boolean
}

/**
 * All that an operation may know. `Tables` adds one member a table (`tx.images`, `tx.buckets`, …).
 * A write is visible to later reads of the same transaction; a thrown error leaves no trace of any.
 */
export interface Core {
  readonly now: Date
  readonly caller: Caller
  readonly region: string
  readonly request: RequestFacts
  /** Base URL clients reached the engine by, such as `http://127.0.0.1:8773`. */
  readonly endpoint: string
  /** Refuse, in the service's words, unless the caller may do all of these. The pipeline calls it for what operations declare. */
  authorize(...demands: readonly Demand[]): void
  /** Refuse unless the caller could see a part of a list. */
  authorizeList(): void
  /** Refuse in the service's words, whatever policies say. */
  refuseAccess(): never
  /** Whether the caller may do this: for lists, which leave out what he may not see. */
  permits(demand: Demand): boolean
  /** Whether it is plain that `permits` would let all of the account's through: long lists need not be asked one by one. */
  permitsAll(): boolean
  /** What `permits` goes by, with the statements that decided. */
  decide(demand: Demand): Decision
  /** Quotas that hold for making what the demand says, of a key such as `ec2:quota-volumenumber`; none for the cloud's administrators. */
  limits(key: string, demand: Demand): readonly Limit[]
  /** A fresh id such as `emi-1a2b3c4d`: prefix, hyphen, `digits` (8) lower-case hex digits. */
  id(prefix: string, digits?: number): string
  /** Random bytes from the engine's source, which tests seed. */
  random(bytes: number): Buffer
  /** Run `task` on `target` once the clock has moved this far. */
  after(seconds: number, task: string, target: string): void
  /** Start `job` on `target` once this transaction has committed. */
  start(job: string, target: string): void
  /**
   * Start a job and have the answer wait for it: for what must be done with the state of this moment. Where nobody is
   * answered, in a task or a job, it is `start`.
   */
  startBeforeAnswer(job: string, target: string): void
  /** Keep a staged file's bytes as a blob; the record that points at `id` is written in the same transaction. */
  adopt(staged: StagedFile, bytes: number): Blob
  /** A second blob with the same bytes, at no cost. */
  copyBlob(id: string): Blob
  /** Bytes `start` to `end` (exclusive) of a blob, for what is small: an operation that judges a document needs its text. */
  readBlob(id: string, start: number, end: number): Buffer
  /** Let go of a blob. Its file stays a while longer, a minute if not said otherwise, for those who are reading it. */
  release(id: string, seconds?: number): void
  /** A fresh 2048-bit RSA private key, PKCS#8 PEM. */
  rsaKey(): string
  /** The number that the operator set for a name in `eucalyptus.conf`, as it is now; `undefined` when there is none. */
  setting(name: string): number | undefined
  /** As `setting`, where it is a word, or several with commas between them. */
  settingText(name: string): string | undefined
  /**
   * The same transaction for somebody else, on whose behalf a part of it is done: what he may, and what becomes his. With
   * the service and the operation, it is that one's action which is asked about; the endpoint is that of the request which
   * is carried out later.
   */
  as(
    caller: Caller,
    asked?: { readonly service?: Service; readonly operation?: string; readonly endpoint?: string },
  ): Tx
  /** A line of the cloud's event log, as an operator would read it. */
  event(logger: string, level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', text: string): void
}
export type Tx = Core & Tables

/** A synchronous function of a transaction and an input that was parsed and checked against its schema. */
export type Operation<Input = never, Output = unknown> = (tx: Tx, input: Input) => Output

/** What a job may use. Jobs run outside transactions and take one with `transact` whenever they read or write records. */
export interface JobContext {
  readonly clock: Clock
  readonly home: string
  readonly blobs: Blobs
  readonly signal: AbortSignal
  /** As the engine itself, or as somebody whose order is carried out. */
  transact<T>(work: (tx: Tx) => T, caller?: Caller): T
  /** Which run of this job this is, from 1: a job that waited is run again. */
  readonly attempt: number
  /**
   * Wait. It never resolves: it rejects (let it pass) so that the job ends here, and is run again from its start once
   * this much engine time has passed, by whichever process is there then. What was done so far must be on record.
   */
  sleep(seconds: number): Promise<never>
}

/** What a chore may use: transactions, as the engine itself or as somebody on whose behalf it is done. */
export interface ChoreContext {
  readonly clock: Clock
  /** Resolves when others have had their turn, so that no request waits for more than one transaction. */
  transact<T>(work: (tx: Tx) => T, caller?: Caller): Promise<T>
  /** Tell of an error that is nobody's refusal, and that the chore has dealt with. */
  readonly onBug?: ((error: unknown) => void) | undefined
}

/**
 * Due work that is more than one transaction. Each has to find out anew what is to be done: another process may be at the
 * same, or may have died in the middle of it.
 */
export type Chores = Readonly<Record<string, (context: ChoreContext, target: string) => Promise<void>>>

export interface Service {
  readonly name: string
  /** What its actions begin with in policies, where that is not its name. */
  readonly vendor?: string
  /** What its operations ask of policies that do not say it themselves. */
  readonly access?: Access
  /** Nothing of it is for federated users, whatever their session's policy says. */
  readonly isClosedToFederated?: true
  /** How it says that something is not allowed; by default as EC2 does. */
  readonly denied?: Denial
  /** How it says that something required is not there; by default as its protocol does. */
  readonly missing?: (member: string) => never
  /** Of services that answer in the forms of wire/rpc.ts: what their errors are called there. */
  readonly errors?: readonly StaticErrorSchema[]
  readonly operations: Readonly<Record<string, OperationEntry>>
  /** S3: operations that are told apart and answered NotImplemented. */
  readonly unimplemented?: readonly StaticOperationSchema[]
  readonly tasks?: Readonly<Record<string, (tx: Tx, target: string) => void>>
  readonly chores?: Chores
  readonly jobs?: Readonly<Record<string, (context: JobContext, target: string) => Promise<void>>>
  /** What it says of client tokens; by default what EC2 says. */
  readonly tokens?: TokenRules
}

/** A service's words for client tokens that cannot be served. */
export interface TokenRules {
  /** Most characters that a token may have. */
  readonly longest: number
  tooLong(length: number): never
  /** The token came before, with another request. */
  reused(): never
}

/** What the pipeline gives for a streamed request body (S3's `Body`): bytes on disk, already hashed. */
export interface StagedBody extends StagedFile {
  readonly bytes: number
  /** MD5, hex. */
  readonly md5: string
  /** Verified or asked-for checksums, base64, by SDK member name such as `ChecksumCRC32`. */
  readonly checksums: Readonly<Record<string, string>>
}

/** What the pipeline gives for a small streamed request body (a block): bytes on disk, already hashed. */
export interface StagedBytes extends StagedFile {
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

/** A streamed response body: a run of pieces of blobs. `end` is exclusive. */
export interface BlobSlices {
  readonly slices: readonly { readonly blob: string; readonly start: number; readonly end: number }[]
}

export interface OperationEntry {
  readonly schema: StaticOperationSchema
  readonly run: Operation<never, unknown>
  /** True: runs without the write lock and must not write. */
  readonly reads: boolean
  /** Members that the schema requires and this cloud does not. */
  readonly optional?: readonly string[]
  /** Of an operation with a streamed body. */
  readonly body?: BodyRules
  /** True: there are many requests at a time, and those that come together are committed together. */
  readonly together?: boolean
  /** What it asks of policies. By default: of a list `list`, of all others the operation's own action on `*`. */
  readonly access?: Access
  /** True: nobody need have signed; what stands for a signature is in the request, and the operation's to check. */
  readonly unsigned?: boolean
  /**
   * What has to be asked of others over a network before the transaction begins. The members that it gives are added to
   * the input; they are none of the schema's, so that no request can hold them.
   */
  readonly ahead?: (context: AheadContext, input: never) => Promise<object>
}

/** What is known before there is a transaction. */
export interface AheadContext {
  /** Look at records. They may have changed by the time the operation is run. */
  read<T>(work: (tx: Tx) => T): T
}

export type OperationRules<Input> = Pick<
  OperationEntry,
  'optional' | 'body' | 'together' | 'unsigned' | 'ahead'
> & {
  readonly access?: Access<Input>
  /** Where the name alone would tell it wrongly. */
  readonly reads?: boolean
}

export interface BodyRules {
  readonly largestBytes: number
  /**
   * Run, reading only, on the rest of the input before the body is received: what is refused here need not be sent, and
   * nobody fills the disk with what he may not store. A body that is small enough to be read at once does without.
   */
  readonly before?: Operation<never, void>
}

/** Pair an operation's schema with its function. Describe…, Get…, List… and Head… only read. */
export const operation = <I, O>(
  schema: StaticOperationSchema,
  run: Operation<I, O>,
  rules: OperationRules<I> = {},
): OperationEntry => ({
  schema,
  run: run as Operation<never, unknown>,
  reads: /^(Describe|Get|List|Head)/.test(schema[2]),
  ...(rules as OperationRules<never>),
})
