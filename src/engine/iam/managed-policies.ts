// SPDX-License-Identifier: BSD-2-Clause
// Policies that have a name of their own, and versions. Eucalyptus had none; they are as AWS' documentation says.
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyRequest,
  DeletePolicyVersionRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  Policy as PolicyInfo,
  PolicyVersion,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { compiled } from '../policy/compiled'
import { arnOf } from './arns'
import { cloudPolicies, cloudPolicy } from './cloud-policies'
import { checkEntityName, pathGiven } from './entity-names'
import { managedPolicy } from './managed-documents'
import { markedPage } from './marked-pages'
import type { ManagedPolicy, ManagedPolicyVersion } from './schema'
import { taggedWith, tagsShown } from './tags'
import { identifier } from './texts'

const mostVersions = 5
/** White space is not counted. */
const mostCharacters = 6144
const mostPolicies = 1500

interface OfPolicy {
  readonly PolicyArn?: string | undefined
}

export const onPolicy = (_: Tx, { PolicyArn }: OfPolicy): Demand[] => [{ resource: PolicyArn || '*' }]

export const onNewPolicy = (
  { caller }: Tx,
  { PolicyName: name = '', Path }: CreatePolicyRequest,
): Demand[] => [
  { resource: arnOf('policy', { account: caller.account, path: pathGiven(Path, 'policy'), name }) },
]

const unknown = (arn: string | undefined): never =>
  refuse('NoSuchEntity', `Policy ${arn ?? ''} does not exist or is not attachable.`)

/** Anything that could be an ARN, as one of a policy that nobody has is unknown and not wrong. */
const arnGiven = (arn: string | undefined): string =>
  arn?.startsWith('arn:') ? arn : refuse('InvalidInput', `ARN ${arn ?? ''} is not valid.`, 400)

/** A policy as it may be changed: the caller's account's own. */
export const ownPolicy = (tx: Tx, input: OfPolicy): ManagedPolicy => {
  const PolicyArn = arnGiven(input.PolicyArn)
  if (cloudPolicy(PolicyArn)) refuse('AccessDenied', `Policy ${PolicyArn} is the cloud's own.`, 403)
  const policy = managedPolicy(tx, PolicyArn)
  return policy?.account === tx.caller.account ? policy : unknown(PolicyArn)
}

/** A policy as all accounts see one: theirs, or the cloud's as if it were a record. */
export const policyKnown = (tx: Tx, given: string | undefined): ManagedPolicy => {
  const arn = arnGiven(given)
  const policy = managedPolicy(tx, arn)
  if (policy?.account === tx.caller.account) return policy
  const shared = cloudPolicy(arn) ?? unknown(arn)
  const createdAt = new Date(shared.createdAt)
  return {
    account: 'aws',
    name: shared.name,
    path: '/',
    id: shared.id,
    createdAt,
    updatedAt: createdAt,
    description: shared.description,
    defaultVersion: 'v1',
    nextVersion: 2,
    versions: [{ id: 'v1', document: shared.document, createdAt }],
  }
}

const documentGiven = (text: string | undefined): string => {
  const document = text ?? ''
  compiled(document, 'identity')
  if (document.replace(/\s/g, '').length > mostCharacters) {
    refuse('LimitExceeded', `Cannot exceed quota for PolicySize: ${mostCharacters}`)
  }
  return document
}

const versionPattern = 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?'
const versionId = new RegExp(`^${versionPattern}$`)

const versionNamed = (policy: ManagedPolicy, id = ''): ManagedPolicyVersion => {
  if (!versionId.test(id)) {
    refuse(
      'ValidationError',
      `1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must satisfy regular expression pattern: ${versionPattern}`,
    )
  }
  return (
    policy.versions.find(version => version.id === id) ??
    refuse(
      'NoSuchEntity',
      `Policy ${arnOf('policy', policy)} version ${id} does not exist or is not attachable.`,
    )
  )
}

export const createPolicy: Operation<CreatePolicyRequest, CreatePolicyResponse> = (tx, input) => {
  const name = checkEntityName('policy', input.PolicyName, 128)
  const path = pathGiven(input.Path, 'policy')
  const document = documentGiven(input.PolicyDocument)
  const { Description: description } = input
  if (description && description.length > 1000) refuse('ValidationError', 'Invalid description')
  const tagged = taggedWith(undefined, input.Tags)
  const policies = tx.managedPolicies.list()
  if (tx.managedPolicies.get(name)) {
    refuse('EntityAlreadyExists', `A policy called ${name} already exists. Duplicate names are not allowed.`)
  }
  if (policies.length >= mostPolicies) {
    refuse('LimitExceeded', `Cannot exceed quota for PoliciesPerAccount: ${mostPolicies}`)
  }
  const policy = tx.managedPolicies.put({
    account: tx.caller.account,
    name,
    path,
    id: identifier(tx, 'ANP'),
    createdAt: tx.now,
    updatedAt: tx.now,
    ...(description && { description }),
    defaultVersion: 'v1',
    nextVersion: 2,
    versions: [{ id: 'v1', document, createdAt: tx.now }],
    ...tagged,
  })
  return { Policy: { ...policyView(tx, policy), ...tagsShown(policy) } }
}

export const getPolicy: Operation<GetPolicyRequest, GetPolicyResponse> = (tx, { PolicyArn }) => {
  const policy = policyKnown(tx, PolicyArn)
  return { Policy: { ...policyView(tx, policy), ...tagsShown(policy) } }
}

const scopes = ['All', 'AWS', 'Local']

export const listPolicies: Operation<ListPoliciesRequest, ListPoliciesResponse> = (tx, input) => {
  const { Scope = 'All', OnlyAttached = false, PathPrefix, PolicyUsageFilter: usage } = input
  if (!scopes.includes(Scope)) refuse('ValidationError', `Invalid scope ${Scope}`)
  const shared = Scope === 'Local' ? [] : cloudPolicies.map(([arn]) => policyKnown(tx, arn))
  const theirs = Scope === 'AWS' ? [] : tx.managedPolicies.list()
  const uses = usesOf(tx)
  const isWanted = (policy: ManagedPolicy): boolean => {
    const { attached, bounding } = uses(arnOf('policy', policy))
    const isUsed = usage === 'PermissionsBoundary' ? bounding > 0 : !OnlyAttached || attached > 0
    return isUsed && policy.path.startsWith(PathPrefix || '/')
  }
  const wanted = [...shared, ...theirs]
    .filter(isWanted)
    .filter(policy => tx.permits({ resource: arnOf('policy', policy) }))
  const { items, ...rest } = markedPage(wanted, input, policy => arnOf('policy', policy))
  return { Policies: items.map(policy => policyView(tx, policy, uses)), ...rest }
}

export const deletePolicy: Operation<DeletePolicyRequest, object> = (tx, input) => {
  const policy = ownPolicy(tx, input)
  const { attached, bounding } = usesOf(tx)(arnOf('policy', policy))
  if (attached + bounding > 0) refuse('DeleteConflict', 'Cannot delete a policy attached to entities.')
  if (policy.versions.length > 1) {
    refuse(
      'DeleteConflict',
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
        'The default version is deleted with the policy.',
    )
  }
  tx.managedPolicies.delete(policy.name)
  return {}
}

export const createPolicyVersion: Operation<CreatePolicyVersionRequest, CreatePolicyVersionResponse> = (
  tx,
  input,
) => {
  const policy = ownPolicy(tx, input)
  const document = documentGiven(input.PolicyDocument)
  if (policy.versions.length >= mostVersions) {
    refuse(
      'LimitExceeded',
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    )
  }
  const version = { id: `v${policy.nextVersion}`, document, createdAt: tx.now }
  const defaultVersion = input.SetAsDefault ? version.id : policy.defaultVersion
  const changed = tx.managedPolicies.put({
    ...policy,
    defaultVersion,
    nextVersion: policy.nextVersion + 1,
    versions: [...policy.versions, version],
    updatedAt: tx.now,
  })
  return { PolicyVersion: versionView(changed, version) }
}

export const getPolicyVersion: Operation<GetPolicyVersionRequest, GetPolicyVersionResponse> = (tx, input) => {
  const policy = policyKnown(tx, input.PolicyArn)
  const version = versionNamed(policy, input.VersionId)
  return {
    PolicyVersion: { Document: encodeURIComponent(version.document), ...versionView(policy, version) },
  }
}

export const listPolicyVersions: Operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse> = (
  tx,
  input,
) => {
  const policy = policyKnown(tx, input.PolicyArn)
  // The newest first, page by page: the key grows as the number falls.
  const key = ({ id }: ManagedPolicyVersion) => String(1e6 - Number(id.slice(1))).padStart(7, '0')
  const { items, ...rest } = markedPage([...policy.versions].reverse(), input, key)
  return { Versions: items.map(version => versionView(policy, version)), ...rest }
}

export const setDefaultPolicyVersion: Operation<SetDefaultPolicyVersionRequest, object> = (tx, input) => {
  const policy = ownPolicy(tx, input)
  const { id } = versionNamed(policy, input.VersionId)
  tx.managedPolicies.put({ ...policy, defaultVersion: id, updatedAt: tx.now })
  return {}
}

export const deletePolicyVersion: Operation<DeletePolicyVersionRequest, object> = (tx, input) => {
  const policy = ownPolicy(tx, input)
  const { id } = versionNamed(policy, input.VersionId)
  if (id === policy.defaultVersion) {
    refuse('DeleteConflict', 'Cannot delete the default version of a policy.')
  }
  const versions = policy.versions.filter(version => version.id !== id)
  tx.managedPolicies.put({ ...policy, versions, updatedAt: tx.now })
  return {}
}

/** How many of the caller's account a policy is attached to, and how many it bounds. */
export const usesOf = (
  tx: Tx,
): ((arn: string) => { readonly attached: number; readonly bounding: number }) => {
  const held = tx.heldPolicies.list()
  return arn => ({
    attached: held.filter(({ attached }) => attached.includes(arn)).length,
    bounding: held.filter(({ boundary }) => boundary === arn).length,
  })
}

export const versionView = (
  policy: ManagedPolicy,
  { id, createdAt }: ManagedPolicyVersion,
): PolicyVersion => ({
  VersionId: id,
  IsDefaultVersion: id === policy.defaultVersion,
  CreateDate: new Date(createdAt),
})

export const policyView = (tx: Tx, policy: ManagedPolicy, uses = usesOf(tx)): PolicyInfo => {
  const arn = arnOf('policy', policy)
  const { attached, bounding } = uses(arn)
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: bounding,
    IsAttachable: true,
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  }
}
