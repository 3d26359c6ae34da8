// SPDX-License-Identifier: BSD-2-Clause
// The management console behind a load balancer that listens, by clients that know nothing of our tools: the AWS CLI plays
// the story of the template, boto3 the one by single commands. Their twins are test/scenarios/console-*.txt.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { hostEntries } from '../../src/serve/host-entries'
import { issueCertificate } from '../support/certificates'
import { allFail, type Json, need, type Program, program, python } from '../support/programs'
import { ext4Disk, registerTiny } from '../support/tiny-image'
import { type PlayedCloud, playedCloud } from './moving-cloud'

const template = resolve(__dirname, '../../examples/console-stack.template.yaml')

/** The address of a balancer, and the port at which it answers a listener. */
const placeOf = (cloud: PlayedCloud, name: string, port: number): readonly [string, number] => {
  const entries = cloud.inside.engine.read(tx => hostEntries(tx, cloud.inside.home))
  const { address, ports } = entries.find(({ names }) => names.includes(name)) ?? assert.fail(name)
  return [address, ports.find(one => one.port === port)?.mapped ?? port]
}

/** For every balancer of the cloud, as browsers want it: one certificate and its key, as files. */
const writeCertificate = (cloud: PlayedCloud): { certificate: string; key: string } => {
  const [certificate, key] = [join(cloud.work, 'console.crt'), join(cloud.work, 'console.pem')]
  const pair = issueCertificate({ name: '*.lb.eucalyptus.internal', key: 3, to: '2099-01-01T00:00:00Z' })
  writeFileSync(certificate, pair.certificate)
  writeFileSync(key, pair.privateKey)
  return { certificate, key }
}

/** What scripts ask for that no cloud does: `clock/30`, `kill/i-0123abcd`, and `place/NAME/443`, where a balancer listens. */
const conducting = async (cloud: PlayedCloud): Promise<Server> => {
  const answers: Readonly<Record<string, (...words: string[]) => Promise<unknown> | unknown>> = {
    clock: seconds => cloud.pass(Number(seconds)),
    kill: id => cloud.plane.kill(id),
    place: (name, port) => placeOf(cloud, name, Number(port)),
  }
  const server = createServer(async ({ url = '' }, response) => {
    const [, word = '', ...rest] = url.split('/')
    response.end(JSON.stringify((await answers[word]?.(...rest)) ?? null))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** The story by single calls, in one go: `clock` and `kill` ask the test. */
const script = `
import http.client, json, os, re, socket, ssl, sys
from urllib.request import urlopen
import boto3
from botocore.exceptions import ClientError

image, certificate, key = sys.argv[1:]
names = 'ec2', 'elb', 'autoscaling', 'iam', 'cloudformation'
ec2, elb, scaling, iam, stacks = (boto3.client(name, endpoint_url=os.environ['CLOUD']) for name in names)
ask = lambda *words: json.load(urlopen('/'.join([os.environ['CONDUCTOR'], *map(str, words)]), timeout=100))
clock = lambda seconds: ask('clock', seconds)

def page(name, port):
    address, at = ask('place', name, port)
    if port == 80:
        connection = http.client.HTTPConnection(address, at, timeout=10)
        connection.request('GET', '/', headers={'Host': name})
    else:
        connection = http.client.HTTPSConnection(address, at, timeout=10)
        plain = socket.create_connection((address, at), timeout=10)
        connection.sock = ssl.create_default_context(cafile=certificate).wrap_socket(plain, server_hostname=name)
        connection.request('GET', '/', headers={'Host': name})
    return re.search('Instance</th><td>(i-[0-9a-f]+)', connection.getresponse().read().decode()).group(1)

told, zones = {}, ['PARTI00', 'PARTI01']
ec2.create_key_pair(KeyName='key')
name = elb.create_load_balancer(LoadBalancerName='console-lb', AvailabilityZones=zones, Listeners=[
    dict(Protocol='HTTP', LoadBalancerPort=80, InstanceProtocol='HTTP', InstancePort=8888)])['DNSName']
[shown] = elb.describe_load_balancers(LoadBalancerNames=['console-lb'])['LoadBalancerDescriptions']
source = shown['SourceSecurityGroup']
told['group'] = source['GroupName']
ec2.create_security_group(GroupName='console-as-group', Description='consoles')
ec2.authorize_security_group_ingress(GroupName='console-as-group', IpPermissions=[dict(IpProtocol='tcp', FromPort=8888,
    ToPort=8888, UserIdGroupPairs=[dict(UserId=source['OwnerAlias'], GroupName=source['GroupName'])])])
init = '''#cloud-config
runcmd:
 - [ yum, -y, install, eucaconsole ]
 - [ sed, -i, "s/localhost/127.0.0.1/", /etc/eucaconsole/console.ini ]
 - [ service, eucaconsole, restart ]
'''
scaling.create_launch_configuration(LaunchConfigurationName='config', ImageId=image, InstanceType='m1.medium', KeyName='key',
    SecurityGroups=['console-as-group'], InstanceMonitoring={'Enabled': True}, UserData=init)
scaling.create_auto_scaling_group(AutoScalingGroupName='consolegroup', LaunchConfigurationName='config', MinSize=1, MaxSize=4,
    DesiredCapacity=2, HealthCheckGracePeriod=300, AvailabilityZones=zones, LoadBalancerNames=['console-lb'])
clock(60)
elb.get_waiter('instance_in_service').wait(LoadBalancerName='console-lb')
health = lambda: sorted((one['InstanceId'], one['State']) for one in
                        elb.describe_instance_health(LoadBalancerName='console-lb')['InstanceStates'])
told['two'] = [id for id, state in health()]
told['pages'] = sorted(page(name, 80) for _ in range(2))

read = lambda file: open(file).read()
arn = iam.upload_server_certificate(ServerCertificateName='myssl', CertificateBody=read(certificate),
                                    PrivateKey=read(key))['ServerCertificateMetadata']['Arn']
elb.create_load_balancer_listeners(LoadBalancerName='console-lb', Listeners=[dict(Protocol='HTTPS', LoadBalancerPort=443,
    InstanceProtocol='HTTP', InstancePort=8888, SSLCertificateId=arn)])
elb.delete_load_balancer_listeners(LoadBalancerName='console-lb', LoadBalancerPorts=[80])
clock(5)
told['victim'] = page(name, 443)
[shown] = elb.describe_load_balancers()['LoadBalancerDescriptions']
told['listeners'] = [[one['Listener'][part] for part in ('Protocol', 'LoadBalancerPort', 'InstanceProtocol', 'InstancePort')]
                     for one in shown['ListenerDescriptions']]
try:
    iam.delete_server_certificate(ServerCertificateName='myssl')
except ClientError as error:
    told['refused'] = [error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode']]

scaling.update_auto_scaling_group(AutoScalingGroupName='consolegroup', HealthCheckType='ELB')
elb.configure_health_check(LoadBalancerName='console-lb', HealthCheck=dict(Target='HTTP:8888/', Interval=10, Timeout=2,
    HealthyThreshold=2, UnhealthyThreshold=2))
ask('kill', told['victim'])
clock(30)
told['dead'] = dict(health())[told['victim']]
clock(360)
elb.get_waiter('any_instance_in_service').wait(LoadBalancerName='console-lb')
told['replaced'] = [id for id, state in health() if state == 'InService']
out = [{'InstanceId': told['replaced'][0]}]
left = elb.deregister_instances_from_load_balancer(LoadBalancerName='console-lb', Instances=out)['Instances']
elb.get_waiter('instance_deregistered').wait(LoadBalancerName='console-lb', Instances=out)
told['deregistered'] = len(left)

scaling.delete_auto_scaling_group(AutoScalingGroupName='consolegroup', ForceDelete=True)
clock(30)
elb.delete_load_balancer(LoadBalancerName='console-lb')
scaling.delete_launch_configuration(LaunchConfigurationName='config')
ec2.delete_security_group(GroupName='console-as-group')
iam.delete_server_certificate(ServerCertificateName='myssl')

body = lambda port: json.dumps({'Parameters': {'Port': {'Type': 'Number', 'Default': port}}, 'Resources': {'Group': {
    'Type': 'AWS::EC2::SecurityGroup', 'Properties': {'GroupDescription': 'of a stack', 'SecurityGroupIngress': [
        {'IpProtocol': 'tcp', 'FromPort': {'Ref': 'Port'}, 'ToPort': {'Ref': 'Port'}, 'CidrIp': '0.0.0.0/0'}]}}}})
stacks.create_stack(StackName='small', TemplateBody=body(80))
clock(5)
stacks.get_waiter('stack_exists').wait(StackName='small')
stacks.get_waiter('stack_create_complete').wait(StackName='small')
stack = boto3.resource('cloudformation', endpoint_url=os.environ['CLOUD']).Stack('small')
states, id = [stack.stack_status], stack.stack_id
stack.update(TemplateBody=body(443))
clock(5)
stacks.get_waiter('stack_update_complete').wait(StackName='small')
stack.reload()
states.append(stack.stack_status)
stack.delete()
clock(5)
stacks.get_waiter('stack_delete_complete').wait(StackName='small')
stacks.get_waiter('stack_delete_complete').wait(StackName=id)
states.append(stacks.describe_stacks(StackName=id)['Stacks'][0]['StackStatus'])
told['stack'] = states
told['left'] = [len(elb.describe_load_balancers()['LoadBalancerDescriptions']),
    len(scaling.describe_auto_scaling_groups(AutoScalingGroupNames=['consolegroup'])['AutoScalingGroups']),
    len(iam.list_server_certificates()['ServerCertificateMetadataList']), len(stacks.describe_stacks()['Stacks'])]
print(json.dumps(told))
`

describe('the console’s stack by others’ programs', () => {
  let cloud: PlayedCloud
  let aws: Program
  let files: { certificate: string; key: string }
  let image: string

  before(function () {
    need(this, 'python3:boto3', 'aws', 'curl')
  })
  beforeEach(async () => {
    cloud = await playedCloud()
    aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', cloud.endpoint] })
    files = writeCertificate(cloud)
    image = await registerTiny(cloud.inside, { disk: ext4Disk('console') }, { VirtualizationType: 'hvm' })
  })
  afterEach(() => cloud?.close())

  /** As often as said, what the balancer sends: the instances that answered. */
  const answering = async (url: string, times = 1): Promise<readonly string[]> => {
    const hostname = url.replace('https://', '')
    const [address, port] = placeOf(cloud, hostname, 443)
    const at = ['--connect-to', `${hostname}:443:${address}:${port}`]
    const curl = program('curl', {}, { first: ['-sS', '--cacert', files.certificate, ...at] })
    const pages = await Promise.all(Array.from({ length: times }, () => curl`${url}/`))
    return pages.map(page => /Instance<\/th><td>(i-[0-9a-f]+)</.exec(page)?.[1] ?? page).sort()
  }

  it('the AWS CLI makes it of its template, has it grow, breaks it and takes it away', async () => {
    const [certificate, { KeyName }] = await Promise.all([
      aws.json`iam upload-server-certificate --server-certificate-name console --certificate-body file://${files.certificate} --private-key file://${files.key}`,
      aws.json`ec2 create-key-pair --key-name key`,
    ])
    const given = {
      ...{ KeyName, ImageId: image, InstanceType: 'm1.small', CloudIP: '127.0.0.1' },
      ...{ SSHLocation: '127.0.0.1/32', CookieKey: '0123456789abcdef'.repeat(2) },
      SSLCertArn: certificate.ServerCertificateMetadata.Arn,
    }
    const parameters = (values: object) => [
      '--parameters',
      ...Object.entries(values).map(([name, value]) => `ParameterKey=${name},ParameterValue=${value}`),
    ]
    const body = `file://${template}`
    const create = ['--template-body', body, '--stack-name', 'console']
    const validated = aws.json`cloudformation validate-template --template-body ${body}`
    await allFail([
      [
        /\(ValidationError\).*SSHLocation.*must be a CIDR block of the form x\.x\.x\.x\/n/,
        aws.fails`cloudformation create-stack ${create} ${parameters({ ...given, SSHLocation: 'anywhere' })}`,
      ],
    ])
    const { Parameters, Description } = await validated
    assert.match(Description, /^Management console behind a load balancer/)
    assert.deepEqual(
      Parameters.map((one: Json) => [one.ParameterKey, one.DefaultValue ?? '', one.NoEcho]),
      [
        ['KeyName', '', false],
        ['ImageId', '', false],
        ['InstanceType', 'm1.medium', false],
        ['CloudIP', '', false],
        ['SSHLocation', '0.0.0.0/0', false],
        ['SSLCertArn', '', false],
        ['DesiredConsoles', '1', false],
        ['CookieKey', '', true],
      ],
    )
    const { StackId } =
      await aws.json`cloudformation create-stack ${create} ${parameters(given)} --tags Key=team,Value=red`
    await cloud.pass(10)
    const [, stacks, events, resources] = await Promise.all([
      aws`cloudformation wait stack-create-complete --stack-name console`,
      aws.json`cloudformation describe-stacks --stack-name console`,
      aws.json`cloudformation describe-stack-events --stack-name console`,
      aws.json`cloudformation list-stack-resources --stack-name console`,
    ])
    const [stack] = stacks.Stacks
    assert.deepEqual([stack.StackId, stack.StackStatus], [StackId, 'CREATE_COMPLETE'])
    assert.deepEqual(stack.Tags, [{ Key: 'team', Value: 'red' }])
    assert.deepEqual(
      stack.Parameters.find((one: Json) => one.ParameterKey === 'CookieKey'),
      { ParameterKey: 'CookieKey', ParameterValue: '****' },
    )
    const [{ OutputValue: url }] = stack.Outputs
    assert.deepEqual(
      events.StackEvents.filter((one: Json) => one.ResourceStatus === 'CREATE_COMPLETE').map(
        (one: Json) => one.LogicalResourceId,
      ),
      ['console', 'ConsoleScalingGroup', 'ConsoleLaunchConfig', 'ConsoleSecurityGroup', 'ConsoleELB'],
    )
    const physical = (name: string): string =>
      resources.StackResourceSummaries.find((one: Json) => one.LogicalResourceId === name).PhysicalResourceId
    const [group, elb] = [physical('ConsoleScalingGroup'), physical('ConsoleELB')]

    await cloud.pass(30)
    const health = async (): Promise<Record<string, string>> => {
      const { InstanceStates } = await aws.json`elb describe-instance-health --load-balancer-name ${elb}`
      return Object.fromEntries(InstanceStates.map((one: Json) => [one.InstanceId, one.State]))
    }
    const [victim = ''] = await answering(url)
    assert.deepEqual(await health(), { [victim]: 'InService' })

    const resize = ['--auto-scaling-group-name', group, '--desired-capacity']
    await aws`autoscaling update-auto-scaling-group ${resize} 3`
    await allFail([[/\(ValidationError\)/, aws.fails`autoscaling update-auto-scaling-group ${resize} 4`]])
    await cloud.pass(60)
    await aws`elb wait instance-in-service --load-balancer-name ${elb}`
    const three = await answering(url, 3)
    assert.deepEqual(Object.keys(await health()).sort(), three)

    await cloud.plane.kill(victim)
    await cloud.pass(160)
    assert.equal((await health())[victim], 'OutOfService')
    await cloud.pass(300)
    const [after, four] = await Promise.all([health(), answering(url, 3)])
    assert.deepEqual([Object.keys(after).sort(), victim in after], [four, false])
    assert.deepEqual([...new Set(Object.values(after))], ['InService'])

    await aws`cloudformation delete-stack --stack-name console`
    await cloud.pass(60)
    await Promise.all([
      aws`cloudformation wait stack-delete-complete --stack-name console`,
      aws`cloudformation wait stack-delete-complete --stack-name ${StackId}`,
      aws`iam delete-server-certificate --server-certificate-name console`,
    ])
    await allFail([
      [/\(ValidationError\).*does not exist/, aws.fails`cloudformation describe-stacks --stack-name console`],
    ])
    const left = cloud.inside.engine.read(tx =>
      [tx.loadBalancers, tx.scalingGroups, tx.launchConfigurations, tx.serverCertificates].map(
        table => table.list().filter(({ name }) => !name.includes('imaging')).length,
      ),
    )
    assert.deepEqual(left, [0, 0, 0, 0])
  })

  it('boto3 makes the same by single calls, and a stack that it changes', async () => {
    const conductor = await conducting(cloud)
    const told = await python('boto3', script, {
      env: {
        ...cloud.env,
        CLOUD: cloud.endpoint,
        CONDUCTOR: `http://127.0.0.1:${(conductor.address() as AddressInfo).port}`,
      },
      cwd: cloud.work,
      args: [image, files.certificate, files.key],
    }).finally(() => conductor.close())
    // The group that AWS gives to load balancers of a default VPC.
    assert.match(told.group, /^default_elb_[0-9a-f]{32}$/)
    assert.deepEqual(told.two, told.pages)
    assert.deepEqual(told.listeners, [['HTTPS', 443, 'HTTP', 8888]])
    assert.deepEqual(told.refused, ['DeleteConflict', 409])
    assert.equal(told.dead, 'OutOfService')
    assert.ok(told.replaced.length === 2 && !told.replaced.includes(told.victim))
    assert.deepEqual(told.deregistered, told.replaced.length - 1)
    assert.deepEqual(told.stack, ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'])
    assert.deepEqual(told.left, [0, 0, 0, 0])
  })
})
