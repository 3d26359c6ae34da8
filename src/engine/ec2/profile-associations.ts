// SPDX-License-Identifier: BSD-2-Clause
// Which profile an instance has, and so which role, changed while it is there. Eucalyptus has profiles at launch only; the
// codes are AWS'. An association is known by its instance: it keeps its ID when the profile is replaced.
import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult,
  IamInstanceProfileAssociation,
  IamInstanceProfileSpecification,
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { permitted } from './access/lists'
import { instanceDemand } from './access/resources'
import { ownInstance } from './instance-ids'
import { checkProfile } from './instance-launch'
import type { Instance } from './schema/instances'

const prefix = 'iip-assoc-'

/** The instance that an association's ID names; undefined for a text that is none. */
export const associatedInstanceId = (text: string | undefined): string | undefined =>
  text?.toLowerCase().startsWith(prefix) ? `i-${text.toLowerCase().slice(prefix.length)}` : undefined

const associationId = ({ id }: Instance): string => id.replace('i-', prefix)

const isAssociated = ({ profileArn, state }: Instance): boolean =>
  profileArn !== undefined && state !== 'terminated'

const associated = (tx: Tx, text: string | undefined): Instance => {
  const instance = tx.instances.get(associatedInstanceId(text) ?? '')
  return instance && instance.account === tx.caller.account && isAssociated(instance)
    ? instance
    : refuse('InvalidAssociationID.NotFound', `An invalid association-id of '${text}' was given`)
}

const view = (instance: Instance, State: IamInstanceProfileAssociation['State']) => ({
  AssociationId: associationId(instance),
  InstanceId: instance.id,
  IamInstanceProfile: { Arn: instance.profileArn, Id: instance.profileId },
  State,
})

/** Programs in the instance have the role from then on. */
const give = (tx: Tx, instance: Instance, asked: IamInstanceProfileSpecification | undefined): Instance => {
  const profile = checkProfile(tx, { IamInstanceProfile: asked })
  if (!profile.profileArn)
    refuse('MissingParameter', 'The request must contain the parameter IamInstanceProfile')
  return tx.instances.put({ ...instance, ...profile, profileSince: tx.now })
}

export const associateIamInstanceProfile: Operation<
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult
> = (tx, { InstanceId, IamInstanceProfile }) => {
  const instance = ownInstance(tx, InstanceId)
  if (instance.state === 'terminated' || instance.state === 'shutting-down') {
    refuse(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in a state from which it can be associated`,
    )
  }
  if (isAssociated(instance)) {
    refuse('IncorrectState', `There is an existing association for instance ${instance.id}`)
  }
  return { IamInstanceProfileAssociation: view(give(tx, instance, IamInstanceProfile), 'associating') }
}

export const replaceIamInstanceProfileAssociation: Operation<
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult
> = (tx, { AssociationId, IamInstanceProfile }) => {
  const instance = associated(tx, AssociationId)
  return { IamInstanceProfileAssociation: view(give(tx, instance, IamInstanceProfile), 'associating') }
}

export const disassociateIamInstanceProfile: Operation<
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult
> = (tx, { AssociationId }) => {
  const instance = associated(tx, AssociationId)
  const { profileArn: _, profileId: __, profileSince: ___, ...rest } = instance
  tx.instances.put(rest)
  return { IamInstanceProfileAssociation: view(instance, 'disassociating') }
}

// ---- DescribeIamInstanceProfileAssociations ----------------------------------------------------------------------

const filters: FilterTable<Instance> = {
  'instance-id': ({ id }) => id,
  state: () => 'associated',
}

export const describeIamInstanceProfileAssociations: Operation<
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult
> = (tx, input) => {
  const own = tx.instances.list().filter(one => one.account === tx.caller.account && isAssociated(one))
  const seen = permitted(tx, own, instanceDemand)
  const ids = (input.AssociationIds ?? []).map(id => id.toLowerCase())
  const unknown = ids.find(id => !seen.some(instance => associationId(instance) === id))
  if (unknown) {
    refuse('InvalidAssociationID.NotFound', `An invalid association-id of '${unknown}' was given`)
  }
  const asked = seen.filter(instance => ids.length === 0 || ids.includes(associationId(instance)))
  const { items, nextToken } = page(asked.filter(matchFilters(input.Filters, filters)), input, {
    key: ({ id }) => id,
    ids: ids.length > 0 ? 'associationIds' : undefined,
  })
  return {
    IamInstanceProfileAssociations: items.map(instance => ({
      ...view(instance, 'associated'),
      Timestamp: instance.profileSince ?? instance.launchedAt,
    })),
    NextToken: nextToken,
  }
}
