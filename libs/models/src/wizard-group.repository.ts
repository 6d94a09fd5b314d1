import {
  type element,
  type Wizard,
  type wizard,
  type WizardGroup,
  wizardGroup,
} from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';
import type { Storage } from './repository.ts';
import { chunksOf, commitStaged } from './staged-transaction.ts';
import { MAX_TRANSACTION_ITEMS, retried, transact } from './transaction.ts';
import { TransactionalRepository } from './transactional.repository.ts';
import type { Values } from './values.ts';
import { wizardInputs } from './wizard-input.ts';
import { planWizards } from './wizard-writes.ts';

/** The group itself takes one place in each transaction. */
const MAX_REMOVALS = MAX_TRANSACTION_ITEMS - 1;

/** Groups that are saved with all their wizards, and lose them one by one. */
export class WizardGroupRepository extends TransactionalRepository<typeof wizardGroup> {
  private readonly wizards: TransactionalRepository<typeof wizard>;
  private readonly elements: TransactionalRepository<typeof element>;

  constructor(
    storage: Storage,
    wizards: TransactionalRepository<typeof wizard>,
    elements: TransactionalRepository<typeof element>,
  ) {
    super(wizardGroup, storage);
    this.wizards = wizards;
    this.elements = elements;
  }

  /**
   * Writes a group, its wizards and their elements: all of it or nothing. Wizards the group no longer lists are
   * deleted, their elements stay. Beyond 100 rows the new ones are written first, unseen, and taken back if the rest
   * fails; more than 99 wizards to delete leave the group, and are gone, in groups of 99.
   * @param json the wizards, keys in stored spelling (see {@link wizardInputs})
   * @throws AppError `argument.*`, `entity.notFound` naming the path; `entity.conflict`
   */
  async saveWithWizards(
    partition: Partition,
    { wizardGroupUuid, ...values }: Values,
    json: unknown,
  ): Promise<WizardGroup> {
    const inputs = wizardInputs(json);
    const audit = { updatedBy: values.updatedBy, updatedSubject: values.updatedSubject };
    const { uuid, leftOver } = await retried(wizardGroup.name, async () => {
      const before = wizardGroupUuid == null ? undefined : await this.existing(partition, wizardGroupUuid);
      const writes = await planWizards(
        { wizards: this.wizards, elements: this.elements, partition, audit },
        inputs,
        before?.wizardUuids ?? [],
      );
      const dropped = writes.dropped.slice(0, MAX_REMOVALS);
      const later = writes.dropped.slice(MAX_REMOVALS);
      const group = await this.write(partition, before, {
        ...values,
        wizardUuids: [...writes.wizardUuids, ...later],
      });
      await commitStaged(this.client, {
        preparing: writes.planned,
        deciding: [group.item, ...(await this.removals(partition, dropped))],
        hasHappened: async () =>
          (await this.get(partition, { wizardGroupUuid: group.uuid }))?.updatedAt === group.updatedAt,
      });
      return { uuid: group.uuid, leftOver: later };
    });
    for (const chunk of chunksOf(leftOver, MAX_REMOVALS)) {
      await this.unlist(partition, uuid, chunk, audit);
    }
    return this.existing(partition, uuid);
  }

  /**
   * Takes a wizard out of a group and deletes it.
   * @throws AppError `entity.notFound` for an unknown group or wizard, or one that the group does not list
   */
  async deleteWizard(
    partition: Partition,
    { wizardGroupUuid, wizardUuid }: { wizardGroupUuid: string; wizardUuid: string },
    audit: Values,
  ): Promise<void> {
    await this.unlist(partition, wizardGroupUuid, [wizardUuid], audit, (group, stored) => {
      if (!stored.has(wizardUuid))
        throw new AppError('entity.notFound', 'There is no such wizard.', {
          details: { argument: 'wizardUuid' },
        });
      if (!group.wizardUuids.includes(wizardUuid)) {
        throw new AppError('entity.notFound', 'The wizard is not in this wizardGroup.', {
          details: { argument: 'wizardUuid' },
        });
      }
    });
  }

  /** List and rows in one transaction, so that neither a row without a group nor the reverse is ever seen. */
  private unlist(
    partition: Partition,
    groupUuid: string,
    wizardUuids: readonly string[],
    audit: Values,
    assertAllowed: (group: WizardGroup, stored: ReadonlyMap<string, Wizard>) => void = () => undefined,
  ): Promise<void> {
    return retried(wizardGroup.name, async () => {
      const group = await this.existing(partition, groupUuid);
      const stored = await this.wizards.stored(partition, wizardUuids);
      assertAllowed(group, stored);
      const { item } = await this.write(partition, group, {
        ...audit,
        wizardUuids: group.wizardUuids.filter((uuid) => !wizardUuids.includes(uuid)),
      });
      await transact(this.client, [item, ...(await this.removals(partition, [...stored.keys()]))]);
    });
  }

  private removals(partition: Partition, wizardUuids: readonly string[]) {
    return Promise.all(wizardUuids.map((uuid) => this.wizards.removal(partition, uuid)));
  }

  private async existing(partition: Partition, wizardGroupUuid: unknown): Promise<WizardGroup> {
    const group = await this.get(partition, { wizardGroupUuid: wizardGroupUuid as string });
    if (!group) throw this.notFound();
    return group;
  }
}
