<?php
// What sesscli must show of a value, as the typed JSON of the README, told by PHP itself.

final class Expected
{
    /** Objects that occur more than once get numbers in the order of appearance. */
    private array $times = [];
    private array $numbers = [];

    public static function json(mixed $value): string
    {
        $expected = new self();
        $expected->count($value);
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION
            | JSON_THROW_ON_ERROR;
        return json_encode($expected->typed($value), $flags) . "\n";
    }

    private function count(mixed $value): void
    {
        if (is_array($value)) {
            array_walk($value, fn ($item) => $this->count($item));
        } elseif (is_object($value) && !$value instanceof UnitEnum) {
            $id = spl_object_id($value);
            $this->times[$id] = ($this->times[$id] ?? 0) + 1;
            if ($this->times[$id] === 1) {
                foreach ((array) $value as $item) {
                    $this->count($item);
                }
            }
        }
    }

    private function typed(mixed $value): mixed
    {
        if (is_string($value)) {
            return mb_check_encoding($value, 'UTF-8') ? $value : ['$bytes' => base64_encode($value)];
        }
        if (is_float($value) && !is_finite($value)) {
            return ['$float' => is_nan($value) ? 'nan' : ($value < 0 ? '-inf' : 'inf')];
        }
        if (is_array($value)) {
            if (array_is_list($value)) {
                return array_map(fn ($item) => $this->typed($item), $value);
            }
            return (object) array_map(fn ($item) => $this->typed($item), $value);
        }
        if ($value instanceof UnitEnum) {
            return ['$global' => $value::class . '::' . $value->name];
        }
        if (!is_object($value)) {
            return $value;
        }
        $id = spl_object_id($value);
        if (isset($this->numbers[$id])) {
            return ['$ref' => $this->numbers[$id]];
        }
        if (($this->times[$id] ?? 1) < 2) {
            return $this->object($value);
        }
        $this->numbers[$id] = count($this->numbers) + 1;
        return ['$shared' => [$this->numbers[$id], $this->object($value)]];
    }

    private function object(object $value): array
    {
        $object = ['class' => $value::class];
        if ($value instanceof DateTimeInterface) {
            $micros = $value->format('u') === '000000' ? '' : '.u';
            $zone = $value->getTimezone()->getName();
            $zone = $zone === 'UTC' || preg_match('/^[+-]/', $zone) ? $value->format('P') : "[$zone]";
            $object['args'] = [['$datetime' => $value->format("Y-m-d\TH:i:s$micros") . $zone]];
        } elseif ($value instanceof DateTimeZone) {
            $object['args'] = [['$timezone' => $value->getName()]];
        } elseif ($value instanceof DateInterval) {
            $object['args'] = [['$timedelta' => $value->format('P%yY%mM%dDT%hH%iM%sS')]];
            if ($value->days !== false) {
                $object['fields'] = ['days' => $value->days];
            }
        } elseif ($value instanceof SplObjectStorage) {
            $pairs = [];
            foreach ($value as $item) {
                $pairs[] = [$this->typed($item), $this->typed($value[$item])];
            }
            $object['entries'] = ['$map' => $pairs];
        } elseif ($value instanceof ArrayObject || $value instanceof ArrayIterator) {
            if ($value->getFlags() !== 0) {
                $object['args'] = [$value->getFlags()];
            }
            $items = $value->getArrayCopy();
            $object[array_is_list($items) ? 'items' : 'entries'] = $this->typed($items);
        } elseif ($value instanceof SplDoublyLinkedList) {
            // IT_MODE_LIFO and SplQueue's mark.
            $object['args'] = [$value instanceof SplStack ? 6 : 4];
            $object['items'] = $this->typed(iterator_to_array($value, false));
            if ($value instanceof SplStack) {
                $object['items'] = array_reverse($object['items']);
            }
        } elseif ($value instanceof SplFixedArray) {
            $object['items'] = $this->typed($value->toArray());
        } elseif (method_exists($value, '__serialize')) {
            $object['state'] = $this->typed($value->__serialize());
        } else {
            $fields = $this->fields($value);
            if ($fields) {
                $object['fields'] = (object) $fields;
            }
        }
        return ['$object' => $object];
    }

    private function fields(object $value): array
    {
        $names = method_exists($value, '__sleep') ? $value->__sleep() : null;
        $fields = [];
        foreach ((array) $value as $key => $item) {
            $parts = explode("\0", (string) $key);
            $name = end($parts);
            if ($names !== null && !in_array($name, $names, true)) {
                continue;
            }
            if (count($parts) === 3) {
                $owner = $parts[1];
                $name .= match (true) {
                    $owner === '*' => ':protected',
                    $owner === $value::class => ':private',
                    default => ":$owner:private",
                };
            }
            $fields[$name] = $this->typed($item);
        }
        return $fields;
    }
}
