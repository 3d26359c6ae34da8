// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { configError, type Folder, newFolder } from './folder'

const keys = { AWS_ACCESS_KEY: 'AKIA', AWS_SECRET_KEY: 'secret' }

describe('settings', () => {
  let folder: Folder
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  describe('files', () => {
    it('are read system first, then conf.d, then the user’s, sorted by name; later ones win', () => {
      folder.write('etc/euca2ools.ini', '[global]\ntimeout = 1\nmax-retries = 7\n')
      folder.write('etc/conf.d/b.ini', '[global]\ntimeout = 3\n')
      folder.write('etc/conf.d/a.ini', '[global]\ntimeout = 2\n')
      assert.equal(folder.settings().timeoutSeconds, 3)
      folder.write('home/.euca/x.ini', '[global]\ntimeout = 4.5\n')
      folder.write('home/.euca/x.txt', '[global]\ntimeout = 9\n')
      assert.equal(folder.settings().timeoutSeconds, 4.5)
      assert.equal(folder.settings().maxRetries, 7)
    })

    it('come from EUCA_CONFIG_PATH alone when it is set, even empty', () => {
      folder.write('home/.euca/x.ini', '[global]\ntimeout = 4\n')
      folder.write('home/own/1.ini', '[global]\ntimeout = 5\n')
      folder.write('conf/2.ini', '[global]\nmax-retries = 5\n')
      assert.equal(folder.settings({ EUCA_CONFIG_PATH: '' }).timeoutSeconds, 30)
      const env = {
        EUCA_CONFIG_PATH: `~/own/*.ini:$DIR/[0-9].ini:/missing/*.ini`,
        DIR: join(folder.path, 'conf'),
      }
      assert.deepEqual([folder.settings(env).timeoutSeconds, folder.settings(env).maxRetries], [5, 5])
    })

    it('that cannot be parsed stop every command, embedded or not', () => {
      const file = folder.write('home/.euca/bad.ini', 'nonsense\n')
      assert.throws(() => folder.settings(), configError(file))
    })

    for (const name of ['a@b', 'a::b', ':a'])
      it(`that name a region ${name} are refused at once`, () => {
        folder.write('home/.euca/x.ini', `[region ${name}]\n`)
        assert.throws(() => folder.settings(), { name: 'ConfigError', message: new RegExp(`'${name}'`) })
      })

    it('may say nonsense where a number or a boolean belongs, which is told when it is asked for', () => {
      folder.write('home/.euca/x.ini', '[global]\ntimeout = soon\nmax-retries = many\ndebug = maybe\n')
      const settings = folder.settings()
      assert.throws(() => settings.timeoutSeconds, /'timeout' must be a number, not 'soon'/)
      assert.throws(() => settings.maxRetries, /'max-retries' must be an integer, not 'many'/)
      assert.throws(() => settings.debug, /'debug' must be a boolean, not 'maybe'/)
    })

    it('give colour to debug output in either spelling', () => {
      folder.write('home/.euca/x.ini', '[global]\ndebug = colour\n')
      assert.equal(folder.settings().debug, 'color')
      assert.equal(folder.settings({}, { debug: true }).debug, true)
    })
  })

  describe('region and user', () => {
    const choice = (env: Record<string, string>, region?: string) => {
      const settings = folder.settings(env, { region })
      return [settings.user, settings.region]
    }
    beforeEach(() => {
      folder.write('home/.euca/x.ini', '[global]\ndefault-region = north\n[region north]\nuser = nora\n')
    })

    it('come each from the first source that gives it', () => {
      assert.deepEqual(choice({ EUCA_DEFAULT_REGION: 'bob@west' }, 'alice@'), ['alice', 'west'])
      assert.deepEqual(choice({ EUCA_DEFAULT_REGION: 'bob@west' }, 'east'), ['bob', 'east'])
      assert.deepEqual(choice({}, 'alice@'), ['alice', 'north'])
      assert.deepEqual(choice({}), ['nora', 'north'])
    })

    it('look at one variable only, the first that is not empty', () => {
      const env = { EUCA_DEFAULT_REGION: '', AWS_DEFAULT_REGION: 'alice@', EUCA_REGION: 'old' }
      assert.deepEqual(choice(env), ['alice', 'north'])
      assert.deepEqual(choice({ EUCA_REGION: 'bob@old' }), ['bob', 'old'])
    })

    it('split at the first @', () => {
      assert.deepEqual(choice({}, 'a@b@c'), ['a', 'b@c'])
    })
  })

  describe('credentials', () => {
    const find = (env: Record<string, string>, options = {}, now?: number) =>
      folder.settings({ EC2_URL: 'http://h/', ...env }, options, now).credentials()

    it('from options win over all others, with their token', () => {
      const options = { accessKeyId: 'I', secretKey: 'S', securityToken: 'T' }
      assert.deepEqual(find({ ...keys, AWS_SECURITY_TOKEN: 'no' }, options), {
        accessKeyId: 'I',
        secretKey: 'S',
        token: 'T',
      })
    })

    it('are refused at once when only one of -I and -S is given, whatever the environment has', () => {
      assert.throws(
        () => folder.settings(keys, { accessKeyId: 'I' }),
        configError('missing secret key; please supply one with -S'),
      )
      assert.throws(
        () => folder.settings(keys, { secretKey: 'S' }),
        configError('missing access key ID; please supply one with -I'),
      )
    })

    it('prefer the newer names of the environment and beat --region USER@', () => {
      folder.write('home/.euca/x.ini', '[user u]\nkey-id = K\nsecret-key = X\n')
      const env = { ...keys, AWS_ACCESS_KEY_ID: 'NEW', AWS_SECURITY_TOKEN: 'T' }
      assert.deepEqual(find(env, { region: 'u@' }), { accessKeyId: 'NEW', secretKey: 'secret', token: 'T' })
      assert.deepEqual(find({}, { region: 'u@' }), { accessKeyId: 'K', secretKey: 'X' })
    })

    it('never mix pieces of two sources', () => {
      folder.write('home/.euca/x.ini', '[user u]\nsecret-key = X\n')
      assert.throws(
        () => find({ AWS_ACCESS_KEY_ID: 'K' }, { region: 'u@' }),
        configError('missing secret key; please supply one with -S'),
      )
    })

    it('come from AWS_CREDENTIAL_FILE, comments and blanks ignored', () => {
      folder.write('home/iamrc', '# mine\n AWSAccessKeyId = K # key\nAWSSecretKey=a=b\n')
      assert.deepEqual(find({ AWS_CREDENTIAL_FILE: '~/iamrc' }), { accessKeyId: 'K', secretKey: 'a=b' })
    })

    it('are refused when AWS_CREDENTIAL_FILE cannot be opened, unless an earlier source had them', () => {
      const env = { AWS_CREDENTIAL_FILE: '/missing/iamrc' }
      assert.throws(() => find(env), /No such file or directory: \/missing\/iamrc$/)
      assert.equal(find({ ...env, ...keys }).accessKeyId, 'AKIA')
    })

    it('of the oldest names are taken last', () => {
      const old = { EC2_ACCESS_KEY: 'OLD', EC2_SECRET_KEY: 'old' }
      assert.deepEqual(find(old), { accessKeyId: 'OLD', secretKey: 'old' })
      folder.write('home/.euca/x.ini', '[user u]\nkey-id = K\nsecret-key = X\n')
      assert.equal(find(old, { region: 'u@' }).accessKeyId, 'K')
    })

    it('that have expired are refused; an expiration that cannot be read is ignored', () => {
      const at = (AWS_CREDENTIAL_EXPIRATION: string) => find({ ...keys, AWS_CREDENTIAL_EXPIRATION })
      assert.throws(() => at('2014-02-16T11:59:59.999999Z'), configError('credentials have expired'))
      assert.equal(at('2014-02-16T12:00:01Z').accessKeyId, 'AKIA')
      assert.equal(at('yesterday').accessKeyId, 'AKIA')
    })

    it('that are nowhere are missing', () => {
      assert.throws(() => find({}), configError('missing access key ID; please supply one with -I'))
    })
  })

  describe('endpoints', () => {
    beforeEach(() => {
      folder.write(
        'home/.euca/x.ini',
        `[region aws:east]
ec2-url = http://ec2.east/
iam-url = use aws:west
[region aws:west]
name = w
iam-url = http://iam.west/
[region aws:*]
sts-url = http://sts/
`,
      )
    })

    it('come from -U for the command’s own service only, then the variable, then the region', () => {
      const env = { EC2_URL: 'http://env/', S3_URL: 'http://s3/' }
      const settings = folder.settings(env, { url: 'http://u/', region: 'east' })
      assert.deepEqual(settings.endpoint('ec2'), { url: 'http://u/', signingRegion: 'undefined-4711' })
      assert.deepEqual(settings.endpoint('s3'), { url: 'http://s3/' })
      const other = folder.settings(env, {
        service: 's3',
        url: 'http://u/',
        ec2Url: 'http://e/',
        region: 'east',
      })
      assert.equal(other.endpoint('s3').url, 'http://u/')
      assert.equal(other.endpoint('ec2').url, 'http://e/')
    })

    it('are signed for the region their section names', () => {
      const settings = folder.settings({}, { region: 'east' })
      assert.equal(settings.endpoint('ec2').signingRegion, 'east')
      assert.deepEqual(settings.endpoint('iam'), {
        url: 'http://iam.west/',
        signingRegion: 'w',
        section: 'aws:west',
      })
      assert.equal(folder.settings({}, { region: 'aws:east' }).endpoint('sts').signingRegion, 'east')
    })

    it('may name their region before two colons, which an IPv6 address does not', () => {
      const at = (EC2_URL: string, more = {}) => folder.settings({ EC2_URL, ...more }).endpoint('ec2')
      assert.deepEqual(at('west::https://h/x'), { url: 'https://h/x', signingRegion: 'west' })
      assert.deepEqual(at('http://[::1]:8773/', { AWS_AUTH_REGION: 'r' }), {
        url: 'http://[::1]:8773/',
        signingRegion: 'r',
      })
    })

    it('that are missing are told with the regions that have one', () => {
      assert.throws(
        () => folder.settings(keys).endpoint('ec2'),
        configError(
          'No ec2 endpoint to connect to was given. Configured regions with ec2 endpoints are: aws:east',
        ),
      )
      assert.throws(
        () => folder.settings(keys).endpoint('sts'),
        configError(
          'No sts endpoint to connect to was given. sts endpoints may be specified in a config file with "sts-url".',
        ),
      )
    })

    it('are known of every region that has one, as each would be signed for', () => {
      folder.write(
        'home/.euca/x.ini',
        '[region a:west]\ns3-url = http://w/s3\nname = wild\n[region *]\ns3-url = http://all\n' +
          '[region b]\ns3-url = use a:west\n[region c]\nec2-url = http://c\n[region d]\ns3-url = nonsense\n',
      )
      assert.deepEqual(folder.settings({}, { s3Url: 'http://given' }).regionEndpoints('s3'), [
        { region: 'a:west', url: 'http://w/s3', signingRegion: 'wild', section: 'a:west' },
        { region: 'b', url: 'http://w/s3', signingRegion: 'wild', section: 'a:west' },
      ])
    })

    it('take EUARE_URL after everything that 3.4.1 looks at', () => {
      const env = { EUARE_URL: 'http://old/' }
      assert.equal(folder.settings(env).endpoint('iam').url, 'http://old/')
      assert.equal(folder.settings(env, { region: 'west' }).endpoint('iam').url, 'http://iam.west/')
      assert.equal(folder.settings({ ...env, AWS_IAM_URL: 'http://new/' }).endpoint('iam').url, 'http://new/')
    })

    for (const EC2_URL of ['cloud.example', 'ftp://h/', 'http://', 'http://h:port/'])
      it(`that are no URL are refused: ${EC2_URL}`, () => {
        assert.throws(() => folder.settings({ EC2_URL }).endpoint('ec2'), /invalid ec2 endpoint URL/)
      })
  })

  describe('files for bundling', () => {
    it('follow the documented, surprising orders', () => {
      for (const name of ['env1', 'env2', 'ini', 'typed']) folder.write(`home/${name}.pem`, name)
      folder.write(
        'home/.euca/x.ini',
        '[user u]\nprivate-key = ~/ini.pem\ncertificate = ~/ini.pem\naccount-id = 1\n',
      )
      const env = {
        EC2_PRIVATE_KEY: '~/env1.pem',
        EUCA_PRIVATE_KEY: '$H/env2.pem',
        H: join(folder.path, 'home'),
      }
      const named = (name: string) => join(folder.path, 'home', `${name}.pem`)
      const both = folder.settings(env, { region: 'u@' })
      assert.equal(both.privateKeyForBundling(), named('env2'))
      assert.equal(both.privateKeyForUnbundling(), named('env1'))
      assert.equal(both.privateKeyForBundling('~/typed.pem'), named('typed'))
      const one = folder.settings({ EC2_PRIVATE_KEY: '~/env1.pem' }, { region: 'u@' })
      assert.equal(one.privateKeyForBundling(), named('ini'))
      assert.equal(one.privateKeyForUnbundling(), named('env1'))
      assert.equal(
        folder.settings({ EUCA_CERT: '~/env2.pem' }, { region: 'u@' }).userCertificate(),
        named('env2'),
      )
      assert.equal(folder.settings({}, { region: 'u@' }).userCertificate(), named('ini'))
    })

    it('must be existing regular files', () => {
      mkdirSync(join(folder.path, 'dir'))
      const settings = folder.settings({ EUCALYPTUS_CERT: 'missing.pem' })
      assert.throws(
        () => settings.cloudCertificate(),
        configError(`cloud certificate file '${join(folder.path, 'missing.pem')}' does not exist`),
      )
      assert.throws(() => settings.userCertificate('dir'), /certificate file '.*dir' is not a file$/)
      assert.equal(settings.userCertificate(), undefined)
    })

    it('belong to the account of EC2_USER_ID, even empty, then `account-id`, then EC2_ACCOUNT_NUMBER', () => {
      folder.write('home/.euca/x.ini', '[user u]\naccount-id = 1\n')
      const account = (env: Record<string, string>, region?: string) =>
        folder.settings(env, { region }).accountId()
      assert.equal(account({ EC2_USER_ID: '' }, 'u@'), '')
      assert.equal(account({ EC2_ACCOUNT_NUMBER: '3' }, 'u@'), '1')
      assert.equal(account({ EC2_ACCOUNT_NUMBER: '3' }), '3')
    })

    it('are made in the first temporary folder that is not empty', () => {
      assert.equal(folder.settings({ TMPDIR: '', TEMP: '/t', TMP: '/u' }).temporaryFolder, '/t')
      assert.equal(folder.settings().temporaryFolder, '/var/tmp')
    })
  })

  describe('proxies', () => {
    const via = (url: string, env: Record<string, string>) => folder.settings(env).proxyFor(url)
    it('are chosen by scheme, in either case, with a scheme supplied where there is none', () => {
      assert.equal(via('http://h/', { http_proxy: 'p:3128' }), 'http://p:3128')
      assert.equal(via('https://h/', { http_proxy: 'p:3128' }), undefined)
      assert.equal(via('https://h/', { HTTPS_PROXY: 'http://p:1' }), 'http://p:1')
      assert.equal(via('http://h/', { HTTP_PROXY: 'http://p:1', REQUEST_METHOD: 'GET' }), undefined)
    })

    it('are not used for hosts of no_proxy', () => {
      const without = (no_proxy: string) =>
        via('http://a.example:8773/', { http_proxy: 'http://p', no_proxy })
      for (const list of ['*', 'example', '.example', 'x, a.example', 'a.example:8773'])
        assert.equal(without(list), undefined, list)
      for (const list of ['', 'ample', 'b.example', 'a.example:80'])
        assert.equal(without(list), 'http://p', list)
    })
  })
})
