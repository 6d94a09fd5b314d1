import { App } from 'aws-cdk-lib';
import { TablesStack } from './tables.stack.ts';

const app = new App();
new TablesStack(app, 'agent-engine-tables', { naming: { tablePrefix: 'aace-', tenantTableSuffix: '' } });
app.synth();
