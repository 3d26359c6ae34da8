// SPDX-License-Identifier: BSD-2-Clause
// boto3 and identities, as the modules of infrastructure tools use it: resources with tags, waiters and paginators, roles by
// credentials that renew themselves, and all that is asked for before a user is deleted.
import assert from 'node:assert/strict'
import { type Json, need, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import json, os
import boto3, botocore.session
from botocore.credentials import AssumeRoleCredentialFetcher, Credentials, DeferredRefreshableCredentials
from botocore.exceptions import ClientError

endpoint = os.environ['CLOUD']
iam = boto3.resource('iam', endpoint_url=endpoint)
client = iam.meta.client

def allow(action, **more):
    return json.dumps({'Version': '2012-10-17', 'Statement': [
        dict({'Effect': 'Allow', 'Action': action}, **(more or {'Resource': '*'}))]})

def refused(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return error.response['Error']['Code']
    return 'not refused'

def tags(one):
    return {tag['Key']: tag['Value'] for tag in one.tags or []}

def pages(name, size=1, **more):
    return [len(json.dumps(page, default=str)) > 0
            for page in client.get_paginator(name).paginate(PaginationConfig={'PageSize': size}, **more)]
`

describe('boto3 as an administrator', () => {
  let cloud: ServedCloud

  before(async function () {
    need(this, 'python3:boto3')
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  const boto3 = (script: string): Promise<Json> =>
    python('boto3', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD: cloud.endpoint },
      cwd: cloud.work,
    })

  it('makes, tags, finds and removes what there is', async () => {
    const told = await boto3(`
given = [{'Key': 'team', 'Value': 'red'}]
user = iam.create_user(UserName='ann', Path='/staff/', Tags=given)
client.get_waiter('user_exists').wait(UserName='ann')
role = iam.create_role(RoleName='web', AssumeRolePolicyDocument=allow('sts:AssumeRole', Principal={'Service': 'ec2.amazonaws.com'}), Tags=given)
client.get_waiter('role_exists').wait(RoleName='web')
profile = iam.create_instance_profile(InstanceProfileName='web', Tags=given)
client.get_waiter('instance_profile_exists').wait(InstanceProfileName='web')
profile.add_role(RoleName='web')
policy = iam.create_policy(PolicyName='look', PolicyDocument=allow('s3:Get*'), Tags=given)
client.get_waiter('policy_exists').wait(PolicyArn=policy.arn)
user.attach_policy(PolicyArn=policy.arn)
user.create_policy(PolicyName='own', PolicyDocument=allow('ec2:Describe*'))
group = iam.create_group(GroupName='ops')
group.add_user(UserName='ann')
key = user.create_access_key_pair()
client.tag_user(UserName='ann', Tags=[{'Key': 'Team', 'Value': 'blue'}, {'Key': 'cost', 'Value': '7'}])
client.untag_role(RoleName='web', TagKeys=['team'])
user.reload(); role.reload()
print(json.dumps({
    'tags': [tags(one) for one in (user, role, iam.InstanceProfile('web'))],
    'policy': client.list_policy_tags(PolicyArn=policy.arn)['Tags'],
    'attached': [one.policy_name for one in user.attached_policies.all()],
    'inline': [one.name for one in user.policies.all()],
    'document': iam.UserPolicy('ann', 'own').policy_document['Statement'][0]['Action'],
    'groups': [one.name for one in user.groups.all()],
    'roles': [one.name for one in iam.InstanceProfile('web').roles],
    'using': [one.name for one in policy.attached_users.all()],
    'pages': [len(pages('list_user_tags', UserName='ann')), len(pages('list_users')), len(pages('list_groups'))],
    'passwords': refused(client.get_account_password_policy),
    'early': refused(user.delete),
    'nothing': [client.list_ssh_public_keys(UserName='ann')['SSHPublicKeys'],
                client.list_service_specific_credentials(UserName='ann')['ServiceSpecificCredentials'],
                client.list_mfa_devices(UserName='ann')['MFADevices'],
                client.list_signing_certificates(UserName='ann')['Certificates'],
                list(iam.saml_providers.all())],
}))
key.delete()
group.remove_user(UserName='ann')
iam.UserPolicy('ann', 'own').delete()
user.detach_policy(PolicyArn=policy.arn)
profile.remove_role(RoleName='web')
for one in (profile, role, group, policy, user):
    one.delete()
`)
    assert.deepEqual(told, {
      tags: [{ Team: 'blue', cost: '7' }, {}, { team: 'red' }],
      policy: [{ Key: 'team', Value: 'red' }],
      attached: ['look'],
      inline: ['own'],
      document: 'ec2:Describe*',
      groups: ['ops'],
      roles: ['web'],
      using: ['ann'],
      pages: [2, 2, 1],
      passwords: 'NoSuchEntity',
      early: 'DeleteConflict',
      nothing: [[], [], [], [], []],
    })
  })

  it('is in a role by credentials that are fetched when they are needed', async () => {
    const told = await boto3(`
user = iam.create_user(UserName='ben')
key = user.create_access_key_pair()
role = iam.create_role(RoleName='looker', AssumeRolePolicyDocument=allow('sts:AssumeRole', Principal={'AWS': user.arn}))
role.Policy('look').put(PolicyDocument=allow('iam:ListRoles'))
session = botocore.session.get_session()
fetcher = AssumeRoleCredentialFetcher(
    lambda name, **more: session.create_client(name, **dict(more, endpoint_url=endpoint)),
    Credentials(key.id, key.secret), role.arn, extra_args={'RoleSessionName': 'work', 'DurationSeconds': 900})
session._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, 'assume-role')
inside = session.create_client('iam', endpoint_url=endpoint)
print(json.dumps({
    'who': session.create_client('sts', endpoint_url=endpoint).get_caller_identity()['Arn'].split(':', 5)[5],
    'roles': [one['RoleName'] for one in inside.list_roles()['Roles']],
    'users': refused(inside.list_users),
}))
`)
    assert.deepEqual(told, { who: 'assumed-role/looker/work', roles: ['looker'], users: 'NotAuthorized' })
  })
})
