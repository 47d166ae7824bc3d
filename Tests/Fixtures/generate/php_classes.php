<?php
// Classes of an application, and Symfony's token as symfony/security-core 5.4 writes it.

namespace App\Entity {
    class Account
    {
        public int $id = 7;
        protected string $email = 'ada@example.org';
        private string $hash = '$2y$10$abcdefghijklmnopqrstuv';
        public ?Account $referrer = null;
    }

    class Customer extends Account
    {
        private string $hash = 'of the subclass';
        public readonly string $country;
        public array $tags = ['vip', 'tea'];

        public function __construct()
        {
            $this->country = 'DE';
        }
    }

    class Basket
    {
        public array $lines = [['sku' => 'TEA-0042', 'qty' => 2]];
        public $connection = 'not kept';

        public function __sleep()
        {
            return ['lines'];
        }
    }

    class Money
    {
        public function __construct(private int $cents, private string $currency)
        {
        }

        public function __serialize(): array
        {
            return [$this->cents, $this->currency];
        }

        public function __unserialize(array $data): void
        {
            [$this->cents, $this->currency] = $data;
        }
    }

    class User
    {
        private int $id = 42;
        private string $email = 'ada@example.org';
        private array $roles = ['ROLE_USER', 'ROLE_ADMIN'];
        private string $password = '$2y$13$abcdefghijklmnopqrstuv';
    }

    enum Status: string
    {
        case Active = 'active';
        case Locked = 'locked';
    }

    enum Side
    {
        case Left;
        case Right;
    }
}

namespace Symfony\Component\Security\Core\Authentication\Token {
    class UsernamePasswordToken
    {
        public function __construct(private object $user, private string $firewallName)
        {
        }

        public function __serialize(): array
        {
            $roles = ['ROLE_USER', 'ROLE_ADMIN'];
            return [null, $this->firewallName, [$this->user, true, null, [], $roles]];
        }
    }
}

namespace {
    class Legacy implements Serializable
    {
        public function __construct(private array $data) {}
        public function serialize() { return serialize($this->data); }
        public function unserialize($text) { $this->data = unserialize($text); }
    }
    class LegacyText extends Legacy
    {
        public function __construct(private string $text) {}
        public function serialize() { return $this->text; }
        public function unserialize($text) { $this->text = $text; }
    }
}
