/** Starts and stops the chat service, and shows that it is running: other programs on this machine can then use the models. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ChatService, ServiceAddress } from '../../node/chatService/chatService.ts';
import * as notify from '../ui/notify.ts';
import { StatusItem } from '../ui/statusItem.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';

export interface ChatServiceCommandPorts {
  /** Loads the service with its first start: most windows never use it. */
  readonly load: () => Promise<ChatService>;
  readonly secrets: vscode.SecretStorage;
  readonly settings: LiveSettings;
}

const secretName = 'rivulet.chatService';

export class ChatServiceCommands {
  readonly #ports: ChatServiceCommandPorts;
  #service: ChatService | undefined;
  #item: StatusItem | undefined;
  #starting: Promise<ServiceAddress> | undefined;

  constructor(ports: ChatServiceCommandPorts) {
    this.#ports = ports;
  }

  /** Resolves to the address once the service runs; a notification with further steps is shown meanwhile. */
  async start(): Promise<ServiceAddress> {
    // Two concurrent calls start one service with one key.
    this.#starting ??= this.#begin().finally(() => {
      this.#starting = undefined;
    });
    const address = await this.#starting;
    this.#show(address);
    void this.#tell(address);
    return address;
  }

  async stop(): Promise<void> {
    // Also stops a service that is still starting.
    await this.#starting?.catch(() => undefined);
    this.#service?.stop();
    this.#item?.dispose();
    this.#item = undefined;
    await vscode.commands.executeCommand('setContext', 'rivulet.serving', false);
  }

  dispose(): void {
    this.#service?.stop();
    this.#item?.dispose();
  }

  async #begin(): Promise<ServiceAddress> {
    const { load, settings } = this.#ports;
    this.#service ??= await load();
    return this.#service.start(await this.#token(), settings.now().servicePort);
  }

  #show({ url }: ServiceAddress): void {
    this.#item ??= new StatusItem({
      id: 'rivulet.chatService',
      name: vscode.l10n.t('Rivulet chat service'),
      command: 'rivulet.startChatService',
      priority: 89,
    });
    this.#item.tooltip = vscode.l10n.t(
      "Programs on this machine that have the key can use Rivulet's models at {0}. Click to show the key or to stop the service.",
      url,
    );
    this.#item.show([{ icon: 'broadcast' }, `API :${new URL(url).port}`]);
    void vscode.commands.executeCommand('setContext', 'rivulet.serving', true);
  }

  async #tell(address: ServiceAddress): Promise<void> {
    const { t } = vscode.l10n;
    const [copyCurl, copyKey, newKey, stop] = [t('Copy curl Command'), t('Copy Key'), t('New Key'), t('Stop')];
    const text = t(
      'The chat service runs at {0} for programs on this machine that have its key. OpenAI clients use {0}/v1, Anthropic clients {0}.',
      address.url,
    );
    const answer = await notify.information(text, copyCurl, copyKey, newKey, stop);
    if (answer === copyCurl) await vscode.env.clipboard.writeText(curlCommand(address));
    if (answer === copyKey) await vscode.env.clipboard.writeText(address.token);
    if (answer === stop || answer === newKey) await this.stop();
    if (answer !== newKey) return;
    await this.#ports.secrets.delete(secretName);
    await this.start();
  }

  /** One key per machine, so that programs that have it keep working. */
  async #token(): Promise<string> {
    const kept = await this.#ports.secrets.get(secretName);
    if (kept !== undefined) return kept;
    const made = randomBytes(32).toString('base64url');
    await this.#ports.secrets.store(secretName, made);
    return made;
  }
}

function curlCommand({ url, token }: ServiceAddress): string {
  return `curl -N ${url}/chat -H "Authorization: Bearer ${token}" -H "Content-Type: application/json" -d "{\\"message\\": \\"Hello\\"}"`;
}
