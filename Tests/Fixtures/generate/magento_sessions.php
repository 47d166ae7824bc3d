<?php
// Prints a session of Magento 2 and one of Magento 1 (OpenMage) as PHP's handler `php` encodes them, and the values, as JSON with
// the sessions in base64. Magento itself is not run: the names are those of its code, Magento\Framework\Session and
// Magento\Customer\Model\Session, Mage_Core_Model_Session_Abstract.
//
//     php magento_sessions.php

function encoded(array $values): string {
  ini_set('session.serialize_handler', 'php');
  ini_set('session.use_cookies', '0');
  ini_set('session.cache_limiter', '');
  session_id(bin2hex(random_bytes(13)));
  session_start();
  $_SESSION = $values;
  $text = session_encode();
  session_abort();
  return $text;
}

$validator = ['remote_addr' => '192.0.2.17', 'http_via' => '', 'http_x_forwarded_for' => '198.51.100.4', 'http_user_agent' => 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'];
$magento2 = [
  '_session_validator_data' => $validator,
  '_session_hosts' => ['shop.example' => true],
  'default' => [
    'visitor_data' => ['last_visit_at' => '2023-11-14 22:13:20', 'session_id' => 'q8s3fhq2c1o0j7dgsn6bu1krnd', 'visitor_id' => '4711', 'customer_id' => 42, 'do_customer_login' => false],
    '_form_key' => 'Zk3vQe8PbR1tUw7x', 'persistent_shopping_cart_prefs' => null,
  ],
  'customer_base' => ['customer_id' => '42', 'customer_group_id' => '1', 'before_auth_url' => 'https://shop.example/checkout/cart/'],
  'checkout' => ['quote_id_1' => '815', 'cart_was_updated' => true, 'last_added_product_id' => '77'],
  'catalog' => ['last_viewed_category_id' => 12, 'display_mode' => 'grid', 'params_memorize_disabled' => 1],
  'message' => ['default' => ['Your account is “Ada Grüner”.']],
];
// As many viewed products as make it larger than the 2,048 bytes from which the handler compresses.
for ($id = 1; $id <= 30; $id++) $magento2['catalog']['viewed'][] = ['product_id' => $id * 7, 'sku' => sprintf('TEA-%04d', $id * 7), 'viewed_at' => 1699990000 + 60 * $id];
$magento1 = [
  'core' => ['_session_validator_data' => $validator, 'session_hosts' => ['old.example' => true], 'visitor_data' => [
    'server_addr' => 2130706433, 'remote_addr' => 3221225985, 'is_new_visitor' => false, 'http_host' => 'old.example', 'first_visit_at' => '2023-11-14 21:00:00', 'last_visit_at' => '2023-11-14 22:13:20',
    'customer_id' => '7', 'visitor_id' => '99', 'quote_id' => '3'], 'last_url' => 'https://old.example/tea.html', '_form_key' => 'aBcDeFgH12345678'],
  'customer_base' => ['id' => '7', 'customer_group_id' => '2'],
];
$out = [];
foreach (['magento2' => $magento2, 'magento1' => $magento1] as $name => $values) $out[$name] = ['session' => base64_encode(encoded($values)), 'gz' => base64_encode(gzcompress(encoded($values), 1)), 'values' => $values];
echo json_encode(['php' => PHP_VERSION, 'zlib' => ZLIB_VERSION] + $out, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
