// SPDX-License-Identifier: BSD-2-Clause
// Stacks by boto 2, which reads the answers of some calls as JSON, by requests signed as of old, and from templates in
// buckets.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allFail, type Json, need, program, python } from '../support/programs'
import { type MovingCloud, movingCloud } from './moving-cloud'

const template = JSON.stringify({
  Description: 'One group',
  Parameters: { Text: { Type: 'String', Default: 'x', NoEcho: true } },
  Resources: {
    Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: { Ref: 'Text' } } },
  },
  Outputs: { Name: { Value: { Ref: 'Group' }, Description: 'Its name' } },
})

const preamble = `
import json, os, sys, urllib.request
from boto.cloudformation import CloudFormationConnection
from boto.exception import BotoServerError
from boto.regioninfo import RegionInfo

def connected():
    return CloudFormationConnection(os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY'], is_secure=False,
        port=int(os.environ['CLOUD_PORT']), path='/services/CloudFormation',
        region=RegionInfo(name='eucalyptus', endpoint=os.environ['CLOUD_HOST']))

template, stacks = sys.argv[1], connected()
`

describe('stacks by others’ programs', () => {
  let cloud: MovingCloud

  before(async function () {
    need(this, 'python3:boto', 'aws')
    cloud = await movingCloud()
  })
  after(() => cloud?.close())

  const boto2 = (script: string): Promise<Json> => {
    const { hostname, port } = new URL(cloud.endpoint)
    const env = { ...cloud.env, CLOUD_HOST: hostname, CLOUD_PORT: port }
    return python('boto', `${preamble}${script}`, { env, cwd: cloud.work, args: [template] })
  }

  it('boto 2 makes one, looks at it, changes it and deletes it', async () => {
    const made = await boto2(`
seen = stacks.validate_template(template)
id = stacks.create_stack('old', template, parameters=[('Text', 'y')], tags={'k': 'v'}, timeout_in_minutes=5)
try:
    stacks.create_stack('old', template)
except BotoServerError as error:
    refused = [error.status, error.error_code, error.error_message]
print(json.dumps({'id': id, 'refused': refused, 'none': stacks.describe_stacks('none'), 'description': seen.description,
                  'parameters': [[one.parameter_key, one.default_value, one.no_echo] for one in seen.template_parameters]}))
`)
    assert.match(made.id, /^arn:aws:cloudformation::\d{12}:stack\/old\//)
    assert.deepEqual(made.refused, [400, 'AlreadyExists', 'Stack already exists'])
    assert.deepEqual([made.none, made.description], [[], 'One group'])
    assert.deepEqual(made.parameters, [['Text', 'x', true]])
    await cloud.pass(5)
    const seen = await boto2(`
[stack] = stacks.describe_stacks('old')
told = stacks.describe_stack_resource('old', 'Group')
text = stacks.get_template('old')['GetTemplateResponse']['GetTemplateResult']['TemplateBody']
print(json.dumps({
    'stack': [stack.stack_status, stack.disable_rollback, stack.timeout_in_minutes, stack.tags, stack.creation_time.year],
    'values': [[one.key, one.value] for one in stack.parameters], 'outputs': [[one.key, one.value] for one in stack.outputs],
    'resource': told['DescribeStackResourceResponse']['DescribeStackResourceResult']['StackResourceDetail'],
    'events': [event.resource_status for event in stacks.describe_stack_events('old')],
    'listed': [one.logical_resource_id for one in stacks.list_stack_resources('old')],
    'same': text == template, 'id': stacks.update_stack('old', template, parameters=[('Text', 'z')])}))
`)
    const year = new Date().getUTCFullYear()
    assert.deepEqual(seen.stack, ['CREATE_COMPLETE', false, 5, { k: 'v' }, year])
    assert.deepEqual(seen.values, [['Text', '****']])
    const { LastUpdatedTimestamp, PhysicalResourceId, ...resource } = seen.resource
    assert.ok(Math.abs(LastUpdatedTimestamp - Date.now() / 1000) < 600)
    assert.deepEqual(seen.outputs, [['Name', PhysicalResourceId]])
    assert.deepEqual(resource, {
      ...{ StackName: 'old', StackId: made.id, LogicalResourceId: 'Group' },
      ...{ ResourceType: 'AWS::EC2::SecurityGroup', ResourceStatus: 'CREATE_COMPLETE' },
    })
    assert.equal(seen.events.length, 5)
    assert.deepEqual([seen.listed, seen.same, seen.id], [['Group'], true, made.id])
    await cloud.pass(5)
    const gone = await boto2(`
[stack] = stacks.describe_stacks('old')
print(json.dumps([stack.stack_status, stacks.delete_stack('old')]))
`)
    assert.equal(gone[0], 'UPDATE_COMPLETE')
    assert.deepEqual(Object.keys(gone[1].DeleteStackResponse), ['ResponseMetadata'])
    await cloud.pass(5)
    assert.equal(
      cloud.inside.engine.read(tx => tx.stackNames.list().length),
      0,
    )
  })

  it('requests of version 2 signatures, by GET and POST, are answered', async () => {
    const behind = (cloud.inside.clock.now() - Date.now()) / 1000
    const told = await boto2(
      `
import base64, hashlib, hmac, time
from urllib.parse import quote

def asked(method, **parameters):
    host = '%s:%s' % (os.environ['CLOUD_HOST'], os.environ['CLOUD_PORT'])
    parameters.update(AWSAccessKeyId=os.environ['AWS_ACCESS_KEY_ID'], SignatureMethod='HmacSHA256', SignatureVersion='2',
        Timestamp=time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + ${behind})), Version='2010-05-15')
    text = '&'.join(quote(name, safe='-_.~') + '=' + quote(parameters[name], safe='-_.~') for name in sorted(parameters))
    told = '\\n'.join([method, host, '/services/CloudFormation/', text]).encode()
    digest = hmac.new(os.environ['AWS_SECRET_ACCESS_KEY'].encode(), told, hashlib.sha256).digest()
    text += '&Signature=' + quote(base64.b64encode(digest).decode(), safe='')
    url = 'http://%s/services/CloudFormation/' % host
    with urllib.request.urlopen(url + '?' + text) if method == 'GET' else urllib.request.urlopen(url, text.encode()) as answer:
        return [answer.headers['content-type'], answer.read().decode()]
print(json.dumps([asked('GET', Action='ListStacks', ContentType='JSON'), asked('POST', Action='DescribeStacks', StackName='none')]))
`,
    )
    assert.equal(told[0][0], 'application/json')
    assert.equal(JSON.parse(told[0][1]).ListStacksResponse.ListStacksResult.StackSummaries.length, 1)
    assert.match(told[1][1], /<DescribeStacksResult><Stacks(\/>|><\/Stacks>)<\/DescribeStacksResult>/)
  })

  it('the AWS CLI takes a template from a bucket, and is refused change sets', async () => {
    const last = ['--endpoint-url', cloud.endpoint]
    const aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last })
    writeFileSync(join(cloud.work, 'group.json'), template)
    await aws`s3api create-bucket --bucket templates`
    await aws`s3api put-object --bucket templates --key group.json --body group.json`
    const { StackId } =
      await aws.json`cloudformation create-stack --stack-name url --template-url ${cloud.endpoint}/services/objectstorage/templates/group.json`
    await cloud.pass(5)
    await Promise.all([
      aws`cloudformation wait stack-create-complete --stack-name ${StackId}`,
      allFail([
        [
          /\(InvalidAction\).*The action CreateChangeSet is not valid/,
          aws.fails`cloudformation deploy --template-file group.json --stack-name url`,
        ],
      ]),
    ])
  })
})
