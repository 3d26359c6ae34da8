// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { objectAt } from '../../../src/engine/ec2/conversion-source'

describe('addresses of what is imported', () => {
  const found = async (url: string, endpoint = 'http://cloud.test:8773') => {
    const place = await objectAt(url, endpoint)
    return place && `${place.bucket} ${place.key}`
  }

  it('name an object by the path, or by the host', async () => {
    assert.equal(await found('http://cloud.test:8773/services/objectstorage/b/k'), 'b k')
    assert.equal(await found('https://CLOUD.test/services/Walrus/b/a%20key/../x?a=b#c'), 'b a key/../x')
    assert.equal(await found('http://s3.cloud.test/b/k'), 'b k')
    assert.equal(await found('http://my.bucket.s3.cloud.test:1/k/k'), 'my.bucket k/k')
    assert.equal(await found('http://s3.cloud.test/b/k', 'http://ec2.cloud.test/'), 'b k')
  })

  it('are those of a machine of its own by whichever of its names', async () => {
    for (const endpoint of ['http://127.0.0.1:8773', 'http://localhost:8773', 'http://[::1]:8773']) {
      assert.equal(await found('http://127.0.0.1:9000/services/objectstorage/b/k', endpoint), 'b k')
      assert.equal(await found('http://s3.localhost/b/k', endpoint), 'b k')
      assert.equal(await found('http://b.localhost:8773/k', endpoint), 'b k')
      assert.equal(await found('http://[::1]/services/objectstorage/b/k', endpoint), 'b k')
    }
  })

  it('are no others', async () => {
    for (const url of [
      'http://other.test/services/objectstorage/b/k',
      'http://cloud.test.other.test/services/objectstorage/b/k',
      'http://notcloud.test/services/objectstorage/b/k',
      'http://127.0.0.1:8773/services/objectstorage/b/k',
      'http://cloud.test@other.test/services/objectstorage/b/k',
      'http://cloud.test/services/compute/b/k',
      'http://cloud.test/services/objectstorage',
      'http://cloud.test/services/objectstorage/b',
      'http://cloud.test/services/objectstorage/b/%ff',
      'ftp://cloud.test/services/objectstorage/b/k',
      'cloud.test/services/objectstorage/b/k',
      '',
    ]) {
      assert.equal(await found(url), undefined, url)
    }
  })
})
