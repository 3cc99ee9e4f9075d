// The usual denylist (c): Express, jsonwebtoken and a Redis key per token.

const express = require('express');
const jwt = require('jsonwebtoken');
const redis = require('redis');

const secret = process.env.JWT_SECRET;
const client = redis.createClient({ url: process.env.REDIS_URL });
client.on('error', (err) => console.error('Redis error', err.message));

const authenticate = async (req, res, next) => {
  const token = req.headers.authorization.split(' ')[1];
  try {
    const decoded = jwt.verify(token, secret);
    const blacklisted = await client.get(`blacklist_${token}`);
    if (blacklisted) {
      return res.status(401).json({ message: 'Token is blacklisted' });
    }
    req.user = decoded;
    req.token = token;
    next();
  } catch (err) {
    res.status(400).json({ message: 'Invalid token' });
  }
};

const app = express();

app.get('/me', authenticate, (req, res) => {
  res.json({ sub: req.user.sub });
});

app.post('/logout', authenticate, async (req, res) => {
  const ttl = Math.floor((req.user.exp - Date.now()) / 1000);
  if (ttl > 0) {
    await client.setEx(`blacklist_${req.token}`, ttl, 'true');
  }
  res.json({ message: 'Logged out' });
});

client.connect().then(() => {
  app.listen(process.env.PORT, '127.0.0.1', () => console.log('listening'));
});
