import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsConfig } from '@agent-engine/config';
import {
  asyncTask,
  element,
  type EntityDefinition,
  fineTuningMessage,
  frameBatch,
  journalEntry,
  llm,
  mcpServer,
  message,
  promptTemplate,
  run,
  runState,
  thread,
  toolCall,
  uiComponent,
  usage,
  wizard,
  wizardGroupFilter,
  wizardSchema,
} from '@agent-engine/entities';
import type { Partition } from '@agent-engine/partition';
import { AgentRepository } from './agent.repository.ts';
import { dynamoDbClient } from './database.ts';
import { FineTuningRepository } from './fine-tuning.repository.ts';
import { FlowSnippetRepository } from './flow-snippet.repository.ts';
import { FrameBatchRepository } from './frame-batch.repository.ts';
import { JournalRepository } from './journal.repository.ts';
import { Owner } from './owner.ts';
import { Repository, type Storage } from './repository.ts';
import { RunRepository } from './run.repository.ts';
import { RunStateRepository } from './run-state.repository.ts';
import { TimedRepository } from './timed.repository.ts';
import { TransactionalRepository } from './transactional.repository.ts';
import { VersionedRepository } from './versioned.repository.ts';
import { WizardGroupRepository } from './wizard-group.repository.ts';

/** One repository per entity, internal ones last; a class of its own only where an entity behaves differently. */
export class Models {
  readonly llm;
  readonly agent: AgentRepository;
  readonly thread;
  readonly run;
  readonly message;
  readonly toolCall;
  readonly asyncTask;
  readonly mcpServer;
  readonly flowSnippet;
  readonly promptTemplate;
  readonly uiComponent;
  readonly element;
  readonly wizard;
  readonly wizardGroup;
  readonly wizardGroupFilter;
  readonly wizardSchema;
  readonly fineTuningMessage;
  readonly frameBatch;
  readonly journal;
  readonly runState;
  readonly usage;

  constructor(storage: Storage) {
    this.llm = new Repository(llm, storage);
    this.thread = new Repository(thread, storage);
    this.run = new RunRepository(run, storage);
    this.message = new Repository(message, storage);
    this.toolCall = new TimedRepository(toolCall, storage);
    this.asyncTask = new TimedRepository(asyncTask, storage);
    this.mcpServer = new Repository(mcpServer, storage);
    this.flowSnippet = new FlowSnippetRepository(storage, () => this.agent);
    this.promptTemplate = new VersionedRepository(promptTemplate, storage);
    this.agent = new AgentRepository(storage, this);
    this.uiComponent = new Repository(uiComponent, storage);
    this.element = new TransactionalRepository(element, storage);
    this.wizard = new TransactionalRepository(wizard, storage);
    this.wizardGroup = new WizardGroupRepository(storage, this.wizard, this.element);
    this.wizardGroupFilter = new Repository(wizardGroupFilter, storage);
    this.wizardSchema = new Repository(wizardSchema, storage);
    this.fineTuningMessage = new FineTuningRepository(fineTuningMessage, storage);
    this.frameBatch = new FrameBatchRepository(frameBatch, storage);
    this.journal = new JournalRepository(journalEntry, storage);
    this.runState = new RunStateRepository(runState, storage);
    this.usage = new Repository(usage, storage);
  }

  /** The repository of an entity by its definition's name. @throws Error for a name no entity has */
  repository(name: string): Repository<EntityDefinition> {
    const found = Object.values(this as object).find(
      (member): member is Repository<EntityDefinition> =>
        member instanceof Repository && (member as Repository<EntityDefinition>).definition.name === name,
    );
    if (!found) throw new Error(`There is no entity named ${name}.`);
    return found;
  }

  /** Proof that the thread is the partition's; undefined if it does not exist or is another tenant's. */
  async ownerOf(partition: Partition, threadUuid: string): Promise<Owner | undefined> {
    const found = await this.thread.get(partition, { threadUuid });
    return found && Owner.of(partition, found);
  }

  /**
   * Whether anybody's rows are kept under this thread id. Clients may choose the id of a new thread; one that is in use
   * would let them in among the rows of another tenant that carry no partition yet.
   */
  async isThreadTaken(threadUuid: string): Promise<boolean> {
    const found = await Promise.all(
      [this.run, this.message, this.toolCall].map((repository) => repository.hasAny(threadUuid)),
    );
    return found.includes(true);
  }
}

export function createModels(aws: AwsConfig, client: DynamoDBClient = dynamoDbClient(aws)): Models {
  return new Models({ client, naming: aws.dynamodb });
}
