// A login in Chromium, kept as a HAR file by Playwright: node har.mjs PROVIDER OUT.har
//
// The page the browser comes back to does what an app's server would: it exchanges the code and asks who is connected.
// That is not allowed between origins, so this browser's rule against it is switched off.
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

const [provider, file] = process.argv.slice(2)
const page = '<!doctype html><title>Back</title><link rel="stylesheet" href="/style.css"><h1>Back</h1>'
const server = createServer((request, response) => {
  response.setHeader('content-type', request.url.endsWith('.css') ? 'text/css' : 'text/html')
  response.end(request.url.endsWith('.css') ? '' : page)
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const redirect = `http://127.0.0.1:${server.address().port}/oauth/cb/app`

const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-web-security']
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })
const context = await browser.newContext({ recordHar: { path: file } })
const tab = await context.newPage()
tab.setDefaultTimeout(120_000)

const asked = new URLSearchParams({
  response_type: 'code',
  client_id: 'academy-demo',
  redirect_uri: redirect,
  scope: 'connect read write delete',
  state: 'state-of-the-browser-1',
})
await tab.goto(`${provider}/api/v2/authorize?${asked}`)
await tab.click('label:has(input[value=jane-black])')
await tab.click('button[name=decision][value=allow]')
await tab.waitForURL(url => url.href.startsWith(redirect))
const user = await tab.evaluate(async ({ provider, redirect }) => {
  const code = new URL(location.href).searchParams.get('code')
  const body = new URLSearchParams({
    client_id: 'academy-demo',
    client_secret: 'academy-demo-secret',
    grant_type: 'authorization_code',
    redirect_uri: redirect,
    code,
  })
  const tokens = await (await fetch(`${provider}/api/v2/token`, { method: 'POST', body })).json()
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  return (await (await fetch(`${provider}/api/v2/info`, { headers })).json()).user
}, { provider, redirect })

await context.close()
await browser.close()
server.close()
console.log(user)
