// SPDX-License-Identifier: BSD-2-Clause
// Who there is, and what they have. Members that older folders do not have are optional.
import { refuse } from '../errors'
import { table } from '../store/table'

/** What an account demands of passwords in it. */
export interface PasswordRules {
  readonly minimumLength: number
  readonly needsSymbols: boolean
  readonly needsNumbers: boolean
  readonly needsUppercase: boolean
  readonly needsLowercase: boolean
  /** Whether users may change their own without a policy that says so. */
  readonly usersMayChange: boolean
  /** Absent: passwords do not grow too old. */
  readonly mostDays?: number
  /** How many of a user's last passwords he may not have again. Absent: any he may. */
  readonly rememberedPasswords?: number
  /** Whether one that is too old cannot be changed by who signs in with it. */
  readonly isHardExpiry?: boolean
}

/** `id` is the account number: 12 digits. `canonicalId` is S3's name for it: 64 hex digits. */
export interface Account {
  readonly id: string
  readonly alias: string
  readonly canonicalId: string
  readonly createdAt: Date
  readonly passwordRules?: PasswordRules
}

export interface RecordTag {
  readonly key: string
  readonly value: string
}

/** What may have tags, in the order of their keys. */
export interface Tagged {
  readonly tags?: readonly RecordTag[]
}

/** What users, groups, roles, profiles, policies and server certificates have in common. */
interface Named {
  readonly account: string
  readonly name: string
  /** Begins and ends with a slash. */
  readonly path: string
  /** `AID…`, `AGP…`, `ARO…`, `AIP…`, `ASC…`: not used again when the name is. */
  readonly id: string
  readonly createdAt: Date
}

/** A password as it is kept: scrypt of it with a salt (hex both), and the cost it was made with. */
export interface PasswordHash {
  readonly salt: string
  readonly hash: string
  readonly cost: number
}

export interface Password extends PasswordHash {
  readonly createdAt: Date
  readonly expiresAt?: Date
  readonly mustChange?: boolean
  /** This and earlier ones, the newest first, where the account's rules ask for it: scrypt with one salt (hex all). */
  readonly remembered?: { readonly salt: string; readonly cost: number; readonly hashes: readonly string[] }
}

export interface User extends Named, Tagged {
  /** Names of groups, in the order of joining. */
  readonly groups?: readonly string[]
  readonly password?: Password
  /** Absent: true. */
  readonly enabled?: boolean
  /** Absent: `CONFIRMED`. */
  readonly registration?: 'REGISTERED' | 'APPROVED' | 'CONFIRMED'
  /** Free pairs of the Euare extension UpdateUserInfo, by lower-case key. */
  readonly info?: Readonly<Record<string, string>>
  readonly lastPasswordUse?: Date
}

export type Group = Named

export interface Role extends Named, Tagged {
  /** Who may assume it: a policy document, as it was given. */
  readonly trust: string
  readonly description?: string
  /** 3600 to 43200. */
  readonly maxSessionSeconds?: number
}

export interface InstanceProfile extends Named, Tagged {
  readonly role?: string
}

export interface ServerCertificate extends Named, Tagged {
  /** PEM all. */
  readonly body: string
  readonly chain?: string
  readonly privateKey: string
  readonly expiresAt: Date
}

/** `url` without its scheme is its name; the ARN follows from it. */
export interface OidcProvider extends Tagged {
  readonly account: string
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
  readonly createdAt: Date
}

export interface ManagedPolicyVersion {
  /** `v1`, `v2`, … */
  readonly id: string
  readonly document: string
  readonly createdAt: Date
}

export interface ManagedPolicy extends Named, Tagged {
  readonly description?: string
  readonly updatedAt: Date
  readonly defaultVersion: string
  /** Number of the next version: numbers are not used twice. */
  readonly nextVersion: number
  readonly versions: readonly ManagedPolicyVersion[]
}

export interface InlinePolicy {
  readonly name: string
  readonly document: string
}

/** All policies of one holder, so that a request finds them with one look. Absent where there are none. */
export interface HeldPolicies {
  readonly account: string
  /** `user/NAME`, `group/NAME`, `role/NAME`, or `account` for the policies that gate a whole account. */
  readonly holder: string
  /** In the order of their names. */
  readonly inline: readonly InlinePolicy[]
  /** ARNs of managed policies, in the order of attachment. */
  readonly attached: readonly string[]
  /** ARN of a managed policy that all else must be within. */
  readonly boundary?: string
}

export interface MfaDevice extends Tagged {
  readonly account: string
  /** The serial number: `arn:aws:iam::…:mfa/NAME`, or what a hardware device has. */
  readonly serial: string
  /** Base32. */
  readonly seed: string
  readonly userName?: string
  readonly enabledAt?: Date
  /** The 30-second step of the last code that was accepted: no code works twice. */
  readonly lastStep?: number
}

export interface AccessKey {
  readonly id: string
  readonly secret: string
  readonly account: string
  readonly userName: string
  readonly active: boolean
  readonly createdAt: Date
}

/** A temporary key: what the token service or an instance's metadata gave out. Gone once it has expired. */
export interface Session {
  /** The access key id, `ASIA…`. */
  readonly id: string
  readonly secret: string
  /** Hex SHA-256 of the token; the token itself is not kept. */
  readonly tokenHash: string
  readonly account: string
  /**
   * `session`: GetSessionToken, a user with all that is his. `access`: GetAccessToken, by a password. `federated`: GetFederationToken. `role`:
   * AssumeRole and its kind, and instances.
   */
  readonly kind: 'session' | 'access' | 'federated' | 'role'
  /** Of the user or role that it stands for: name, and id, as a new one of the same name is another. */
  readonly holderName: string
  readonly holderId: string
  /** Of a role's session or a federated user. */
  readonly name?: string
  /** Documents of session policies: what is allowed is allowed by these as well. */
  readonly policies?: readonly string[]
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** Serial number of the MFA device that was used for it. */
  readonly mfaSerial?: string
  /** Context that holds for every request with it, such as `aws:federatedprovider`; names in lower case. */
  readonly context?: Readonly<Record<string, string>>
}

/** The keys that an instance is given now. The token is kept, as the same ones are told again. */
export interface InstanceKeys {
  readonly account: string
  readonly instanceId: string
  readonly sessionId: string
  readonly token: string
}

/** A user's signing certificate. `privateKey` is kept only where the cloud made the pair. */
export interface SigningCertificate {
  readonly id: string
  readonly account: string
  readonly userName: string
  readonly pem: string
  readonly privateKey?: string
  readonly active: boolean
  readonly createdAt: Date
}

/** The cloud's own pair: image keys are wrapped for it, and clients may check the server by it. PEM both. */
export interface CloudIdentity {
  readonly name: 'cloud'
  readonly certificate: string
  readonly privateKey: string
  /** What it was founded with; absent in folders that are older than VPCs, which are classic. */
  readonly networking?: 'vpc' | 'classic'
}

const noSuchEntity = (what: string) => (name: string | number) =>
  refuse('NoSuchEntity', `Can not find ${what} ${name}`, 404)

const named = (what: string) =>
  ({ scope: 'account', key: (record: Named) => record.name, missing: noSuchEntity(what) }) as const

export const iamTables = {
  accounts: table<Account>({ scope: 'cloud', key: account => account.id, missing: noSuchEntity('account') }),
  users: table<User>(named('user')),
  groups: table<Group>(named('group')),
  roles: table<Role>(named('role')),
  instanceProfiles: table<InstanceProfile>(named('instance profile')),
  serverCertificates: table<ServerCertificate>({ ...named('server certificate'), sealed: ['privateKey'] }),
  oidcProviders: table<OidcProvider>({
    scope: 'account',
    key: provider => provider.url,
    missing: noSuchEntity('provider'),
  }),
  managedPolicies: table<ManagedPolicy>(named('policy')),
  heldPolicies: table<HeldPolicies>({ scope: 'account', key: policies => policies.holder }),
  mfaDevices: table<MfaDevice>({
    scope: 'account',
    key: device => device.serial,
    missing: noSuchEntity('device'),
    sealed: ['seed'],
  }),
  accessKeys: table<AccessKey>({
    scope: 'cloud',
    key: key => key.id,
    missing: noSuchEntity('access key'),
    sealed: ['secret'],
  }),
  sessions: table<Session>({ scope: 'cloud', key: session => session.id, sealed: ['secret'] }),
  instanceKeys: table<InstanceKeys>({
    scope: 'account',
    key: keys => keys.instanceId,
    sealed: ['token'],
  }),
  signingCertificates: table<SigningCertificate>({
    scope: 'account',
    key: certificate => certificate.id,
    missing: noSuchEntity('certificate'),
    sealed: ['privateKey'],
  }),
  cloudIdentity: table<CloudIdentity>({
    scope: 'cloud',
    key: identity => identity.name,
    sealed: ['privateKey'],
  }),
}
