import { Module } from '@nestjs/common';
import { HandlersModule } from '../handlers/handlers.module.ts';
import { McpModule } from '../mcp/mcp.module.ts';
import { AgentResolver } from './agent.resolver.ts';
import { AsyncTaskResolver } from './async-task.resolver.ts';
import { LlmResolver } from './llm.resolver.ts';
import { McpServerResolver } from './mcp-server.resolver.ts';
import { MessageResolver } from './message.resolver.ts';
import { RunResolver } from './run.resolver.ts';
import { ThreadResolver } from './thread.resolver.ts';
import { ToolCallResolver } from './tool-call.resolver.ts';
import { ElementResolver } from './element.resolver.ts';
import { FineTuningMessageResolver } from './fine-tuning-message.resolver.ts';
import { FlowSnippetResolver } from './flow-snippet.resolver.ts';
import { PromptTemplateResolver } from './prompt-template.resolver.ts';
import { UiComponentResolver } from './ui-component.resolver.ts';
import { UsageResolver } from './usage.resolver.ts';
import { WizardResolver } from './wizard.resolver.ts';
import { WizardGroupResolver } from './wizard-group.resolver.ts';
import { WizardGroupFilterResolver } from './wizard-group-filter.resolver.ts';
import { WizardSchemaResolver } from './wizard-schema.resolver.ts';

@Module({
  imports: [HandlersModule, McpModule],
  providers: [
    AgentResolver,
    AsyncTaskResolver,
    LlmResolver,
    McpServerResolver,
    MessageResolver,
    RunResolver,
    ThreadResolver,
    ToolCallResolver,
    ElementResolver,
    FlowSnippetResolver,
    FineTuningMessageResolver,
    PromptTemplateResolver,
    UiComponentResolver,
    UsageResolver,
    WizardResolver,
    WizardGroupResolver,
    WizardGroupFilterResolver,
    WizardSchemaResolver,
  ],
})
export class EntitiesModule {}
