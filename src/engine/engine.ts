// SPDX-License-Identifier: BSD-2-Clause
// The cloud's one door. `handle` reads top to bottom as what happens to a request; each step is a function beside it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { authorize } from './access'
import { settleFolder } from './archive/work-folders'
import { anonymousCaller } from './callers'
import { answerOnce } from './client-tokens'
import { askedOf, type Door } from './door'
import { drain, drainTasks, isDue, nextDue } from './due'
import { type EngineOptions, surroundingsOf } from './engine-options'
import { Errands } from './errands'
import { refuse } from './errors'
import { Gathering } from './gathering'
import type { HttpRequest, HttpResponse } from './http'
import { type Certify, createAccount, createCloud } from './iam/accounts'
import { callerOf, delegated } from './iam/callers'
import type { Account } from './iam/schema'
import type { JobName } from './job-queue'
import { nextJob, workOff } from './jobs'
import { answerMetadata } from './metadata/door'
import { bringUpToDate } from './opening'
import type { Caller, Service, Tx } from './operation'
import {
  formOfBody,
  lookedAhead,
  type Prepared,
  prepareQuery,
  readBody,
  writeQueryAnswer,
} from './query-door'
import { answerRefused, reportBug } from './refused'
import { refuseReplay } from './replays'
import { endpointOf, factsOf, unknownService } from './request-texts'
import { type Route, route } from './routing'
import { loadWork, type Work } from './services'
import { type Asked, type Surroundings, transact } from './transaction'
import type { Authentication, Family, Form } from './wire/contracts'
import { type RpcForm, rpcFormOf } from './wire/rpc-form'
import { authenticate } from './wire/signature/authenticate'
import { refuseCredentials } from './wire/signature/refusals'

export class Engine {
  readonly around: Surroundings
  /** Called after each transaction of this process that left something for `work`. */
  onWork: (() => void) | undefined
  /** Somebody in this process sees to chores at their time: requests need not wait for these. */
  isKept = false
  readonly #home: string
  readonly #endsProcess: boolean
  readonly #onBug: (error: unknown) => void
  readonly #errands: Errands
  readonly #gathering: Gathering
  #work: Promise<Work> | undefined
  #draining: Promise<void> | undefined

  private constructor(options: EngineOptions) {
    const { home, endsProcess = false } = options
    this.#home = home
    this.#endsProcess = endsProcess
    this.#onBug = options.onBug ?? (() => {})
    this.around = surroundingsOf(options, this.#onBug, () => this.onWork?.())
    this.#gathering = new Gathering(this.around)
    this.#errands = new Errands(this.around, {
      home,
      loadJobs: async () => (await this.#loadWork()).jobs,
      patienceSeconds: options.patienceSeconds ?? Number.POSITIVE_INFINITY,
      onBug: this.#onBug,
    })
  }

  /** Open a folder; its first opening makes the cloud's identity and the account `eucalyptus`. */
  static async open(options: EngineOptions): Promise<Engine> {
    settleFolder(options.home)
    const engine = new Engine(options)
    bringUpToDate(engine.around)
    const isNew = engine.read(tx => !tx.cloudIdentity.get('cloud'))
    if (isNew) {
      const certify = await engine.#certify()
      engine.write(tx => {
        if (!tx.cloudIdentity.get('cloud')) createCloud(tx, certify, options.networking ?? 'vpc')
      })
    }
    // Also where a first start was killed before it came to this.
    if (!existsSync(join(options.home, 'credentials', 'eucarc'))) {
      await engine.writeCredentials('http://127.0.0.1:8773')
    }
    engine.around.blobs.recover(id => engine.read(tx => tx.blobs.get(id) !== undefined))
    return engine
  }

  async #certify(): Promise<Certify> {
    return (await import('./iam/certificates')).selfSigned
  }

  read<T>(work: (tx: Tx) => T): T {
    return transact(this.around, work, { reads: true })
  }

  write<T>(work: (tx: Tx) => T): T {
    return transact(this.around, work)
  }

  /** Write the cloud administrator's credential folder, for an endpoint that clients reach this cloud by. */
  async writeCredentials(endpoint: string): Promise<string> {
    const { administratorsFiles, writeCredentialFolder } = await import('./iam/credentials')
    const folder = join(this.#home, 'credentials')
    const files = this.write(tx => administratorsFiles(tx, endpoint))
    writeCredentialFolder(folder, files)
    return folder
  }

  async createAccount(alias: string): Promise<Account> {
    const certify = await this.#certify()
    return this.write(tx => createAccount(tx, alias, certify))
  }

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const requestId = request.id ?? this.#requestId()
    let form: Form | undefined
    // A form is read once; what verifies its signature wants its bytes again.
    let buffered = request
    let found: Route | undefined
    const formOf = async (): Promise<Form> => {
      if (form) return form
      // Where a service is only known by its form, that is as large as forms are.
      const body = await readBody(request, found?.place.formBytes)
      if (body) buffered = { ...request, body }
      form = await formOfBody(request, body)
      return form
    }
    try {
      await this.#catchUp()
      const told = await answerMetadata(this.around, request)
      if (told) return told
      found = await route(request, () => formOf())
      if (!found) return unknownService(request)
      const service = await found.place.load()
      if (found.place.family === 's3') return await this.#handleS3(buffered, found, service, requestId)
      if (found.place.family === 'json') return await this.#handleJson(buffered, found, service, requestId)
      const rpc = found.place.rpcTarget === undefined ? undefined : rpcFormOf(request)
      if (rpc) return await this.#handleRpc(request, rpc, found, service, requestId)
      const form = await formOf()
      const unsigned = found.place.name === 'sts' && (await this.#withoutSignature(service, request, form))
      if (unsigned && 'status' in unsigned) return unsigned
      const signer = unsigned || this.#signer(buffered, found, form)
      const other = found.place.name === 'iam' ? form.values.get('DelegateAccount') : undefined
      const caller = other ? this.read(tx => delegated(tx, signer, other)) : signer
      const prepared = await lookedAhead(prepareQuery(service, found, form, caller), this)
      const awaited: JobName[] = []
      const output = this.#perform(
        prepared,
        askedOf(this.#doorOf(request, service, 'query'), prepared),
        awaited,
      )
      await this.#errands.see(awaited)
      return writeQueryAnswer(found, prepared, output, requestId, form)
    } catch (error) {
      return this.#refuse(error, found, request, requestId)
    }
  }

  async #handleS3(
    request: HttpRequest,
    found: Route,
    service: Service,
    requestId: string,
  ): Promise<HttpResponse> {
    // What most tools never need is not read when they start.
    const { handleS3 } = await import('./s3-pages')
    const door = this.#doorOf(request, service, 's3')
    return handleS3(door, request, found, requestId, {
      perform: prepared => this.#perform(prepared, askedOf(door, prepared)),
      refused: error => this.#refuse(error, found, request, requestId),
    })
  }

  async #handleJson(
    request: HttpRequest,
    found: Route,
    service: Service,
    requestId: string,
  ): Promise<HttpResponse> {
    const { answerJson, prepareJson } = await import('./json-door')
    const door = this.#doorOf(request, service, 'json')
    const prepared = await prepareJson(door, request, found)
    return answerJson(door, prepared, requestId, () => this.#perform(prepared, askedOf(door, prepared)))
  }

  async #handleRpc(
    request: HttpRequest,
    form: RpcForm,
    found: Route,
    service: Service,
    requestId: string,
  ): Promise<HttpResponse> {
    const { handleRpc } = await import('./rpc-door')
    const door = this.#doorOf(request, service, 'json')
    return handleRpc(door, form, request, found, requestId, {
      perform: prepared => this.#perform(prepared, askedOf(door, prepared)),
      failed: error => reportBug(error, request, this.#onBug),
    })
  }

  #doorOf(request: HttpRequest, service: Service, family: Family): Door {
    return {
      around: this.around,
      service,
      endpoint: endpointOf(request),
      facts: factsOf(request),
      secretFor: this.#secretFor,
      callerOf: authentication => this.#callerOf(authentication, family),
    }
  }

  /** Run the operation in its transaction, with what the pipeline owes every operation: DryRun and client tokens. A promise where requests are gathered. */
  #perform({ entry, name, input, service }: Prepared, asked: Asked, awaited: JobName[] = []): unknown {
    const allowed = (work: (tx: Tx) => unknown) => (tx: Tx) => {
      authorize(tx, entry, service, input)
      return work(tx)
    }
    const run = (tx: Tx): unknown => entry.run(tx, input as never)
    if (input.DryRun === true) {
      transact(this.around, allowed(run), { ...asked, undo: true })
      refuse('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
    }
    const token = input.ClientToken
    if (typeof token === 'string' && token !== '' && !entry.reads) {
      const once = (tx: Tx): unknown => answerOnce(tx, name, token, input, () => run(tx), service.tokens)
      return transact(this.around, allowed(once), { ...asked, awaited })
    }
    if (entry.together) return this.#gathering.add({ work: allowed(run), options: asked })
    return transact(this.around, allowed(run), { ...asked, reads: entry.reads, awaited })
  }

  #refuse(error: unknown, found: Route | undefined, request: HttpRequest, requestId: string): HttpResponse {
    reportBug(error, request, this.#onBug)
    return answerRefused(error, found, request, requestId)
  }

  #secretFor = (accessKeyId: string): { readonly secret: string } | undefined =>
    this.read(tx => tx.accessKeys.get(accessKeyId) ?? tx.sessions.get(accessKeyId))

  async #withoutSignature(service: Service, request: HttpRequest, form: Form) {
    const { callerWithoutSignature } = await import('./basic-door')
    return callerWithoutSignature(this.around, service, request, form)
  }

  #signer(request: HttpRequest, { place: { family } }: Route, form: Form): Caller {
    const now = new Date(this.around.clock.now())
    const signed = authenticate(request, { family: 'query', now, form, secretFor: this.#secretFor })
    if (signed !== 'anonymous') refuseReplay(this.around, request, form)
    return this.#callerOf(signed, family)
  }

  #callerOf(signed: Authentication, family: Family): Caller {
    if (signed === 'anonymous') return anonymousCaller
    const caller = this.read(tx => callerOf(tx, signed.accessKeyId, signed.token))
    return typeof caller === 'string' ? refuseCredentials(family, caller) : caller
  }

  #requestId(): string {
    const hex = this.around.entropy.bytes(16).toString('hex')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }

  #loadWork(): Promise<Work> {
    this.#work ??= loadWork(blob => this.around.blobs.remove(blob))
    return this.#work
  }

  /** Run the tasks and chores whose time has come. Whoever asks while that goes on waits for the same. */
  async drain(signal?: AbortSignal): Promise<void> {
    if (!isDue(this.around)) return
    const work = await this.#loadWork()
    this.#draining ??= drain(this.around, work, signal).finally(() => {
      this.#draining = undefined
    })
    await this.#draining
  }

  /** Run what a request has to find done. */
  async #catchUp(): Promise<void> {
    if (!this.isKept) return this.drain()
    if (isDue(this.around)) drainTasks(this.around, await this.#loadWork())
  }

  /** Run due tasks and work off jobs until nothing can be done at this moment. */
  async work(signal: AbortSignal): Promise<void> {
    const { jobs } = await this.#loadWork()
    for (;;) {
      await this.drain(signal)
      const meanwhile = (): Promise<void> => this.drain(signal)
      await workOff(this.around, { home: this.#home, jobs, signal, meanwhile })
      if (signal.aborted) return
      const next = nextJob(this.around)
      const due = nextDue(this.around)
      const now = this.around.clock.now()
      if ((next ?? Number.POSITIVE_INFINITY) > now && (due ?? Number.POSITIVE_INFINITY) > now) return
    }
  }

  /** When (ms) there is something to do again for `work`: undefined when nothing is planned. */
  nextWork(): number | undefined {
    const times = [nextJob(this.around), nextDue(this.around)].filter(time => time !== undefined)
    return times.length > 0 ? Math.min(...times) : undefined
  }

  /** When (ms) the next job may run that no process has: undefined when there is none. */
  nextJob(): number | undefined {
    return nextJob(this.around)
  }

  /** True while any job is on record, whoever holds it. */
  hasJobs(): boolean {
    return this.read(tx => tx.jobs.first() !== undefined)
  }

  async close(): Promise<void> {
    await this.#errands.end()
    // Whoever closes the records as their last user destroys the locks that another process may be about to take (see
    // openRecords); who only ends leaves them as they are. Every commit is on the disk by then.
    if (!this.#endsProcess) await this.around.store.close()
  }
}
