/**
 * The providers that the server can be told to use, by name. Their SDKs are optional peers, loaded here alone and only when one is
 * named; their keys come from the environment, where the SDKs look for them.
 */
import type { Assess } from '../conversations/assessing.js'
import type { Model } from '../llm/model.js'
import type { Served } from './create-server.js'
import { demoAssessor, demoAssessorName } from './demo/demo-assessor.js'
import { demoModel, demoModelName } from './demo/demo-model.js'

/** What answers and what judges. */
export interface Minds {
  readonly model: Served & { readonly model: Model }
  readonly assessor: Served & { readonly assess: Assess }
}

/** Why a provider cannot be used, in one line. */
export class ProviderFault extends Error {}

interface Provider {
  readonly key: string
  readonly sdk: string
  readonly defaultModel: string
  /** What the provider has for judging; the scripted assessor does not judge what a real model is told. */
  minds(model: string): Promise<Minds>
}

const tokensMax = 4_096
const judge = 'claude-haiku-4-5'

async function anthropicMinds(name: string): Promise<Minds> {
  const [{ default: Anthropic }, { anthropicModel }, { anthropicJudge }] = await Promise.all([
    import('@anthropic-ai/sdk'),
    import('../llm/anthropic/index.js'),
    import('../assess/anthropic-judge.js'),
  ])
  const client = new Anthropic()
  return {
    model: {
      name: `anthropic:${name}`,
      isDemo: false,
      model: anthropicModel({ client, model: name, maxTokens: tokensMax }),
    },
    assessor: { name: `anthropic:${judge}`, isDemo: false, assess: anthropicJudge({ client, model: judge }) },
  }
}

async function openAiMinds(name: string): Promise<Minds> {
  const [{ default: OpenAI }, { openAiResponses }, { openAiModeration }] = await Promise.all([
    import('openai'),
    import('../llm/openai/index.js'),
    import('../assess/openai-moderation.js'),
  ])
  const client = new OpenAI()
  return {
    model: { name: `openai:${name}`, isDemo: false, model: openAiResponses({ client, model: name }) },
    assessor: { name: 'openai:omni-moderation-latest', isDemo: false, assess: openAiModeration({ client }) },
  }
}

const providers: ReadonlyMap<string, Provider> = new Map([
  [
    'anthropic',
    { key: 'ANTHROPIC_API_KEY', sdk: '@anthropic-ai/sdk', defaultModel: 'claude-opus-4-5', minds: anthropicMinds },
  ],
  ['openai', { key: 'OPENAI_API_KEY', sdk: 'openai', defaultModel: 'gpt-5', minds: openAiMinds }],
])

const demo = (): Minds => ({
  model: { name: demoModelName, isDemo: true, model: demoModel() },
  assessor: { name: demoAssessorName, isDemo: true, assess: demoAssessor },
})

type Environment = Readonly<Record<string, string | undefined>>

/** The one whose key the environment has, the first of those that there are. */
function providerIn(environment: Environment): string | undefined {
  return [...providers].find(([, { key }]) => environment[key])?.[0]
}

/**
 * The model, and the assessor that goes with it.
 * @param named `demo`, `anthropic:MODEL`, `openai:MODEL`, or a provider alone for its default; without it, the provider whose key the
 * environment has, and the scripted demo where it has none
 * @throws ProviderFault for a name that is none, a key that is missing, or an SDK that is not installed
 */
export async function mindsFor(named: string | undefined, environment: Environment): Promise<Minds> {
  const wanted = named ?? providerIn(environment) ?? 'demo'
  if (wanted === 'demo') return demo()
  const [, provider = '', model] = /^([^:]*)(?::(.+))?$/.exec(wanted) ?? []
  const found = providers.get(provider)
  if (!found)
    throw new ProviderFault(`there is no provider ${JSON.stringify(provider)}; it must be demo, anthropic or openai`)
  if (!environment[found.key]) throw new ProviderFault(`${provider} wants its key in ${found.key}`)
  try {
    return await found.minds(model ?? found.defaultModel)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ProviderFault(`the SDK of ${provider} is not here: npm install ${found.sdk}`)
  }
}
