// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateTags$,
  DeleteTags$,
  DescribeImages$,
  GetConsoleOutput$,
  RunInstances$,
  type RunInstancesRequest,
} from '@aws-sdk/client-ec2'
import { CreateUser$, GetUser$ } from '@aws-sdk/client-iam'
import { Refusal } from '../../src/engine/errors'
import { readEc2, writeEc2 } from '../../src/engine/wire/ec2'
import { readForm } from '../../src/engine/wire/form'
import { readQuery } from '../../src/engine/wire/query'
import { authenticate } from '../../src/engine/wire/signature/authenticate'

const told = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error))
    return `${error.code}: ${error.message}`
  }
  return assert.fail('not refused')
}

const images = (text: string) => readEc2(DescribeImages$, readForm(text))
const run = (text: string) => readEc2(RunInstances$, readForm(text)) as Partial<RunInstancesRequest>
const MINIMUM = 'MinCount=1&MaxCount=1'

describe('a form', () => {
  it('takes parameters from URL and body, the last of equal names, the body over the URL', () => {
    const form = readForm('Action=A&X=1&X=2&Y=url', Buffer.from('Y=body&Z=a%20b+c%2B\r\n'))
    assert.deepEqual(
      [...form.values],
      [
        ['Action', 'A'],
        ['X', '2'],
        ['Y', 'body'],
        ['Z', 'a b c+'],
      ],
    )
    assert.equal(readForm('Operation=B').action, 'B')
  })

  it('is refused when it is malformed, invalid UTF-8, too long or too wide', () => {
    assert.match(
      told(() => readForm('A=%')),
      /^400 Bad Request: Malformed percent/,
    )
    assert.match(
      told(() => readForm('A=%ff')),
      /^400 Bad Request: Malformed percent/,
    )
    assert.match(
      told(() => readForm('', Buffer.from([0x41, 0x3d, 0xff]))),
      /^400 Bad Request: .* UTF-8/,
    )
    assert.match(
      told(() => readForm('', Buffer.alloc(102_401, 'a'))),
      /^413 /,
    )
    readForm('', Buffer.alloc(102_400, 'a'))
    assert.match(
      told(() => readForm('A=1&'.repeat(5001))),
      /^400 Bad Request: Too many/,
    )
    readForm('A=1&'.repeat(5000))
  })

  it('is refused when its names are nested more than sixteen deep', () => {
    assert.match(
      told(() => images('A.'.repeat(16).concat('B=1'))),
      /^400 Bad Request: Parameter name has more/,
    )
    assert.match(
      told(() => images('A.'.repeat(15).concat('B=1'))),
      /Failed to bind/,
    )
  })
})

describe('EC2 requests', () => {
  it('order lists by number, allow gaps, and take a bare name for a list of one', () => {
    assert.deepEqual(images('ImageId.10=c&ImageId.9=b&ImageId.0000001=a').ImageIds, ['a', 'b', 'c'])
    assert.deepEqual(images('ImageId=only').ImageIds, ['only'])
    assert.deepEqual(images('ImageId=').ImageIds, [])
    assert.deepEqual(images('Filter.2.Name=state&Filter.2.Value.1=x&Filter.2.Value.3=y').Filters, [
      { Name: 'state', Values: ['x', 'y'] },
    ])
  })

  it('take a list of one where one value is meant, and no more', () => {
    const output = (text: string) => readEc2(GetConsoleOutput$, readForm(text))
    assert.deepEqual(output('InstanceId.1=i-1'), { InstanceId: 'i-1' })
    assert.match(
      told(() => output('InstanceId.1=i-1&InstanceId.2=i-2')),
      /fields:\nInstanceId\.2 = i-2\n$/,
    )
    assert.match(
      told(() => output('InstanceId=i-1&InstanceId.1=i-2')),
      /fields:\nInstanceId\.1 = i-2\n$/,
    )
  })

  it('refuse unknown parameters by name and value', () => {
    assert.equal(
      told(() => images('Action=DescribeImages&ImageId.1=a&ImageId.x=b&Nonsense=1&Owner.12345678=c')),
      '400 Bad Request: Failed to bind the following fields:\nImageId.x = b\nNonsense = 1\nOwner.12345678 = c\n',
    )
    assert.match(
      told(() => images('Filter.1.Nam=state')),
      /Filter\.1\.Nam = state/,
    )
  })

  it('let the parameters of the request itself pass', () => {
    const own =
      'Action=DescribeImages&Version=2014-02-01&AWSAccessKeyId=a&Signature=s&SignatureMethod=HmacSHA1'
    const more =
      '&SignatureVersion=2&Timestamp=t&Expires=e&SecurityToken=k&X-Amz-Date=d&x-amz-algorithm=q&AUTHPARAMS=p'
    assert.deepEqual(images(own + more), {})
  })

  it('read booleans, numbers, instants and bytes, and refuse what is none', () => {
    assert.equal(run(`${MINIMUM}&DryRun=TRUE`).DryRun, true)
    assert.equal(run(`${MINIMUM}&DryRun=0`).DryRun, false)
    assert.match(
      told(() => run(`${MINIMUM}&DryRun=maybe`)),
      /^InvalidParameterValue: Value \(maybe\) for parameter DryRun is invalid\.$/,
    )
    for (const bad of ['', 'one', '1x', '0x10', 'Infinity', 'NaN', '1e999'])
      assert.match(
        told(() => run(`MinCount=${bad}&MaxCount=1`)),
        /^InvalidParameterValue/,
      )
    const until = (text: string) =>
      run(
        `${MINIMUM}&InstanceMarketOptions.SpotOptions.ValidUntil=${encodeURIComponent(text)}`,
      ).InstanceMarketOptions?.SpotOptions?.ValidUntil?.toISOString()
    for (const same of [
      '2014-02-16T12:00:00Z',
      '2014-02-16T12:00:00.000',
      '20140216T120000Z',
      '2014-02-16 13:00:00+01:00',
      '1392552000',
      'Sun, 16 Feb 2014 12:00:00 GMT',
    ])
      assert.equal(until(same), '2014-02-16T12:00:00.000Z', same)
    for (const none of ['yesterday', '2014-02-30T00:00:00Z', '2014-13-01', '2014-02-16T25:00:00Z'])
      assert.match(
        told(() => until(none)),
        /^InvalidParameterValue/,
        none,
      )
  })

  it('refuse a missing member by its name on the wire, unless the rules make it optional', () => {
    assert.equal(
      told(() => run('MinCount=1')),
      'MissingParameter: The request must contain the parameter MaxCount',
    )
    assert.equal(
      told(() => readEc2(CreateTags$, readForm('ResourceId.1=i-1'))),
      'MissingParameter: The request must contain the parameter Tag',
    )
    assert.deepEqual(readEc2(CreateTags$, readForm('ResourceId.1=i-1'), { optional: ['Tags'] }), {
      Resources: ['i-1'],
    })
  })

  it('cannot reach a prototype by any name', () => {
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      'Filter.1.__proto__',
      '__proto__.polluted',
      'Tag.1.constructor.prototype.x',
    ])
      assert.match(
        told(() => images(`${name}=1`)),
        /^400 Bad Request: Failed to bind/,
      )
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
  })

  it('are read in bounded time when they are hostile', () => {
    const wide = Array.from({ length: 4999 }, (_, index) => `Tag.${index * 1000}.Key=k`).join('&')
    const started = process.cpuUsage()
    const input = readEc2(DeleteTags$, readForm(`ResourceId.1=i-1&${wide}`))
    assert.equal((input.Tags as unknown[]).length, 4999)
    assert.ok(process.cpuUsage(started).user < 2e6)
  })
})

describe('hostile texts', () => {
  // Each of them took seconds to minutes by a regular expression that goes back over what it has read.
  const quick = (work: () => unknown): void => {
    const started = process.cpuUsage()
    work()
    assert.ok(process.cpuUsage(started).user < 1e6)
  }

  it('of line breaks alone are read as fast as others', () => {
    quick(() => readForm('', Buffer.from(`${'\n'.repeat(100_000)}A=1`)))
  })

  it('of slashes alone are judged as fast as other paths', () => {
    const path = `${'/'.repeat(100_000)}a`
    const form = readForm('AWSAccessKeyId=K&Signature=x&SignatureVersion=2&Timestamp=2014-02-16T12:13:16Z')
    const request = { method: 'GET', path, query: '', headers: { host: 'h' } }
    const rules = {
      family: 'query' as const,
      now: new Date('2014-02-16T12:13:16Z'),
      form,
      secretFor: () => ({ secret: 's' }),
    }
    quick(() => told(() => authenticate(request, rules)))
  })
})

describe('EC2 answers', () => {
  it('have the namespace of the version asked for, and of the newest for one that is none', () => {
    const answer = (version?: string) =>
      String(writeEc2(DescribeImages$, { Images: [] }, { requestId: 'r-1', version }).body)
    assert.equal(
      answer('2014-02-01'),
      '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2014-02-01/">' +
        '<requestId>r-1</requestId><imagesSet/></DescribeImagesResponse>',
    )
    for (const none of [undefined, 'eucalyptus', '"><x'])
      assert.match(answer(none), /xmlns="http:\/\/ec2\.amazonaws\.com\/doc\/2016-11-15\/"/)
  })

  it('say that an operation without an output succeeded', () => {
    assert.match(
      String(writeEc2(CreateTags$, {}, { requestId: 'r' }).body),
      /<requestId>r<\/requestId><return>true<\/return><\/Create/,
    )
  })

  it('escape markup, write dates with milliseconds, and replace what XML forbids', () => {
    const name = 'a<b>&"c"\r\u0000\u001f\ud800\uffff🙂'
    const image = { Name: name, Public: false, Tags: [{ Key: 'k' }], CreationDate: undefined }
    const body = String(writeEc2(DescribeImages$, { Images: [image, null] }, { requestId: 'r' }).body)
    assert.match(body, /<name>a&lt;b&gt;&amp;&quot;c&quot;&#xD;\ufffd\ufffd\ufffd\ufffd🙂<\/name>/)
    assert.match(body, /<isPublic>false<\/isPublic>/)
    assert.match(body, /<tagSet><item><key>k<\/key><\/item><\/tagSet>/)
    assert.equal(body.match(/<item>/g)?.length, 2)
  })

  it('write a structure anew each time unless it is frozen, and a frozen one alike in every place', () => {
    const answer = (...Images: object[]) =>
      String(writeEc2(DescribeImages$, { Images }, { requestId: 'r' }).body)
    const changing = { Name: 'a' }
    assert.match(answer(changing), /<item><name>a<\/name><\/item>/)
    changing.Name = 'b'
    assert.match(answer(changing), /<item><name>b<\/name><\/item>/)
    const frozen = Object.freeze({ Name: 'c<', Tags: [{ Key: 'k' }] })
    const once = '<item><name>c&lt;</name><tagSet><item><key>k</key></item></tagSet></item>'
    assert.ok(answer(frozen).includes(`<imagesSet>${once}</imagesSet>`))
    assert.ok(answer(frozen, frozen).includes(`<imagesSet>${once}${once}</imagesSet>`))
    // Another structure of the schemas has other names for the same members.
    const console = Object.freeze({ InstanceId: 'i-1', Name: 'c' })
    assert.match(String(writeEc2(GetConsoleOutput$, console, { requestId: 'r' }).body), /<instanceId>i-1</)
    assert.ok(answer(console).includes('<imagesSet><item><name>c</name></item></imagesSet>'))
  })
})

describe('requests to the other query services', () => {
  it('ignore what they do not know, and take lists with or without `member`', () => {
    const read = (text: string) => readQuery(CreateUser$, readForm(text))
    assert.deepEqual(read('UserName=a&Tags.member.1.Key=k&Tags.member.1.Value=v&Nonsense=1'), {
      UserName: 'a',
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    assert.deepEqual(read('UserName=a&Tags.2.Key=k&Tags.2.Value=v'), {
      UserName: 'a',
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    assert.deepEqual(read('UserName=a&Tags='), { UserName: 'a', Tags: [] })
    assert.deepEqual(readQuery(GetUser$, readForm('__proto__=1')), {})
  })

  it('name a missing member as the identity service does', () => {
    assert.equal(
      told(() => readQuery(CreateUser$, readForm('Path=/'))),
      "ValidationError: 1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
    )
  })
})
